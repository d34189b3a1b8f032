// expect: no matching function | no matching constructor
#include "site.hpp"

void use(const TenantScope& scope) {
#ifdef MISUSE
  (void)scope, PolicyStore{};
#else
  PolicyStore{scope};
#endif
}
