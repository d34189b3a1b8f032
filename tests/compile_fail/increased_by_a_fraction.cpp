// expect: tenon: increase is for integer and floating-point members
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  sites.patch("a", increase<&Site::visits>(0.5));
#else
  sites.patch("a", increase<&Site::visits>(-1L));
#endif
}
