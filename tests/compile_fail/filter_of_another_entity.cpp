// expect: tenon: this Filter is for another entity
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(Filter<Other>{});
#else
  (void)sites.count(Filter<Site>{});
#endif
}
