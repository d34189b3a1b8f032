// expect: no match for | invalid operands
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::owner> == std::nullopt);
#else
  (void)sites.count(field<&Site::owner>.is_null());
#endif
}
