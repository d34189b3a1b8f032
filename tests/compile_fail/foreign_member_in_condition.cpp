// expect: tenon: this member is not a described member of the entity in question
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Other::visits> == 1);
#else
  (void)sites.count(field<&Site::visits> == 1);
#endif
}
