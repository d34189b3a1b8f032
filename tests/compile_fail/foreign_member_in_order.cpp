// expect: tenon: this member is not a described member of the entity in question
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.find(all().order_by(asc<&Other::visits>));
#else
  (void)sites.find(all().order_by(asc<&Site::visits>));
#endif
}
