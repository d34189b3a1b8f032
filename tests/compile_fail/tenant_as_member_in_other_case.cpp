// expect: tenon: the tenant column may not be a member
#include "site.hpp"

#ifdef MISUSE
struct Thing {
  std::string id;
  std::string Tenant_ID;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, Tenant_ID))
template <>
struct tenon::Table<Thing> {
  static constexpr auto name = "things";
  static constexpr auto key = std::tuple{&Thing::id};
};
#else
struct Thing {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id))
template <>
struct tenon::Table<Thing> {
  static constexpr auto name = "things";
  static constexpr auto key = std::tuple{&Thing::id};
};
#endif

void use(const TenantScope& scope, Thing& thing) {
  const Repository<Thing> things(scope);
  things.insert(thing);
  (void)things.find();
}
