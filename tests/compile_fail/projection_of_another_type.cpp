// expect: tenon: a projection's members have the names and types
#include "site.hpp"

struct View {
  int visits = 0;
};
BOOST_DESCRIBE_STRUCT(View, (), (visits))
struct StrangeView {
  std::string visits;
};
BOOST_DESCRIBE_STRUCT(StrangeView, (), (visits))

void use(const Repository<Site>& sites) {
#ifdef MISUSE
  (void)sites.find<StrangeView>(all());
#else
  (void)sites.find<View>(all());
#endif
}
