// expect: tenon: the member `version` is raised by every update and too narrow for that
#include "site.hpp"
struct V {
  std::string id;
#ifdef MISUSE
  std::uint16_t version = 1;
#else
  std::uint32_t version = 1;
#endif
};
BOOST_DESCRIBE_STRUCT(V, (), (id, version))
template <>
struct tenon::Table<V> {
  static constexpr auto name = "v";
  static constexpr auto key = std::tuple{&V::id};
};
void use(const Repository<V>& vs) {
  V v;
  vs.update(v);
}
