// expect: tenon: order_by takes asc<&Entity::member> and desc<&Entity::member>
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.find(all().order_by(field<&Site::name>));
#else
  (void)sites.find(all().order_by(desc<&Site::name>));
#endif
}
