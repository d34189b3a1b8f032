// expect: tenon: a projection's members have the names and types
#include "site.hpp"

struct View {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(View, (), (name))
struct StrangeView {
  std::string stranger;
};
BOOST_DESCRIBE_STRUCT(StrangeView, (), (stranger))

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.find<StrangeView>(all());
#else
  (void)sites.find<View>(all());
#endif
}
