// expect: no matching function | no matching constructor
#include "site.hpp"

void use(const TenantScope& scope) {
#ifdef MISUSE
  (void)scope, Repository<Site>{};
#else
  Repository<Site>{scope};
#endif
}
