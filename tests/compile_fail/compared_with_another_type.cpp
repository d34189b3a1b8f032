// expect: no match for | invalid operands
#include "site.hpp"

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.count(field<&Site::visits> == "three");
#else
  (void)sites.count(field<&Site::visits> == 3);
#endif
}
