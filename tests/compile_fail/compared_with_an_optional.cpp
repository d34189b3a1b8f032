// expect: tenon: a field is compared with a value of its member
#include "site.hpp"

void use(const Repository<Site>& sites, const std::optional<std::string>& owner) {
#ifdef MISUSE
  (void)sites.count(field<&Site::owner> == owner);
#else
  (void)sites.count(field<&Site::owner> == *owner);
#endif
}
