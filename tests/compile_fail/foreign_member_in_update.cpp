// expect: tenon: this member is not a described member of the entity in question | no matching
#include "site.hpp"

void use(const Repository<Site>& sites, Site& site) {
#ifdef MISUSE
  sites.update<&Other::label>(site);
#else
  sites.update<&Site::name>(site);
#endif
}
