// expect: tenon: is_null() on a member that is not std::optional
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::name>.is_null());
#else
  (void)sites.count(field<&Site::owner>.is_null());
#endif
}
