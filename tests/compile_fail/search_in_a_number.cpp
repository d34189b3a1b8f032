// expect: tenon: contains() and starts_with() are for text members
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::visits>.contains("1"));
#else
  (void)sites.count(field<&Site::name>.contains("1"));
#endif
}
