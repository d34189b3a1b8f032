// expect: could not convert | no matching | no known conversion | cannot convert
#include "site.hpp"

void use(Database& db) {
#ifdef MISUSE
  (void)db.scope("a");
#else
  (void)db.scope(TenantContext("a"));
#endif
}
