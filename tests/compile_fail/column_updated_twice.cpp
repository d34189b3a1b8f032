// expect: tenon: update names a column twice, or one that the library keeps
#include "site.hpp"

void use(const Repository<Site>& sites, Site& site) {
#ifdef MISUSE
  sites.update<&Site::name, &Site::name>(site);
#else
  sites.update<&Site::name, &Site::visits>(site);
#endif
}
