// expect: tenon: patch has no assignment
#include "site.hpp"
void use(const Repository<Site>& sites, const Repository<Versioned>& versioned) {
  versioned.patch("a");
#ifdef MISUSE
  sites.patch("a");
#else
  (void)sites;
#endif
}
