// expect: tenon: a key member cannot be changed
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  sites.patch("a", set<&Site::id>("b"));
#else
  sites.patch("a", set<&Site::name>("b"));
#endif
}
