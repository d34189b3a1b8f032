// expect: tenon: a field is compared with a value of its member
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::owner> == std::nullopt);
#else
  (void)sites.count(field<&Site::owner>.is_null());
#endif
}
