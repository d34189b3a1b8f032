// What a host's translation unit costs to compile: ten repositories of 12 columns each, with the operations
// that a host uses.
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <tenon/tenon.hpp>

#define ENTITY(Name, table)                                                                          \
  struct Name {                                                                                      \
    tenon::Uuid id;                                                                                  \
    std::string name;                                                                                \
    std::string region;                                                                              \
    std::optional<std::string> owner;                                                                \
    std::int64_t visits = 0;                                                                         \
    std::int32_t weight = 0;                                                                         \
    double cost = 0;                                                                                 \
    bool enabled = false;                                                                            \
    tenon::Date opened{};                                                                            \
    std::optional<tenon::Timestamp> seen_at;                                                         \
    tenon::Json config;                                                                              \
    tenon::Timestamp created_at{};                                                                   \
  };                                                                                                 \
  BOOST_DESCRIBE_STRUCT(                                                                             \
      Name, (),                                                                                      \
      (id, name, region, owner, visits, weight, cost, enabled, opened, seen_at, config, created_at)) \
  template <>                                                                                        \
  struct tenon::Table<Name> {                                                                        \
    static constexpr auto name = table;                                                              \
    static constexpr auto key = std::tuple{&Name::id};                                               \
  };                                                                                                 \
  void use(const tenon::TenantScope& scope, Name& row) {                                             \
    const tenon::Repository<Name> rows{scope};                                                       \
    rows.insert(row);                                                                                \
    rows.update(row);                                                                                \
    (void)rows.get(row.id);                                                                          \
    (void)rows.find(                                                                                 \
        tenon::where(tenon::field<&Name::region> == "eu").order_by(tenon::desc<&Name::created_at>)); \
    (void)rows.remove(row.id);                                                                       \
  }

ENTITY(Site, "sites")
ENTITY(Host, "hosts")
ENTITY(Disk, "disks")
ENTITY(Port, "ports")
ENTITY(User, "users")
ENTITY(Team, "teams")
ENTITY(Bill, "bills")
ENTITY(Plan, "plans")
ENTITY(Rule, "rules")
ENTITY(Note, "notes")
