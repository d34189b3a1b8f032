// expect: tenon: a member is set to a value of its type
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  sites.patch("a", set<&Site::visits>(2.9));
#else
  sites.patch("a", set<&Site::visits>(2L));
#endif
}
