// expect: tenon: order_by takes members that are never NULL
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.find(all().order_by(asc<&Site::owner>));
#else
  (void)sites.find(all().order_by(asc<&Site::name>));
#endif
}
