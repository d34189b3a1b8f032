// expect: no matching function | no matching constructor
#include "site.hpp"

void use(const AdministratorScope& scope) {
#ifdef MISUSE
  Repository<Site>{scope};
#else
  (void)scope.count<Site>();
#endif
}
