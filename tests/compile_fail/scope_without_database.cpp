// expect: no matching function | no matching constructor
#include "site.hpp"

void use(Database& db) {
#ifdef MISUSE
  (void)db, TenantScope{TenantContext("a")};
#else
  (void)db.scope(TenantContext("a"));
#endif
}
