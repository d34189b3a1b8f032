// expect: tenon: a field is compared with a value of its member
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::visits> == "three");
#else
  (void)sites.count(field<&Site::visits> == 3);
#endif
}
