// expect: is not a member of | no member named
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::nmae> == "x");
#else
  (void)sites.count(field<&Site::name> == "x");
#endif
}
