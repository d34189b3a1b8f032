// expect: no matching function | no matching constructor | no known conversion | could not convert | cannot
// convert
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.get({"a", 1});
#else
  (void)sites.get("a");
#endif
}
