// expect: tenon: this member is not a described member of the entity in question
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  sites.patch("a", set<&Other::visits>(1));
#else
  sites.patch("a", set<&Site::visits>(1));
#endif
}
