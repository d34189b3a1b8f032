#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include <tenon/tenon.hpp>

// A host outside the library's namespace that names everything and imports nothing.

namespace host {
namespace {

struct Machine {
  std::string id;
  int cores = 0;
};
BOOST_DESCRIBE_STRUCT(Machine, (), (id, cores))

}  // namespace
}  // namespace host

template <>
struct tenon::Table<host::Machine> {
  static constexpr auto name = "machines";
  static constexpr auto key = std::tuple{&host::Machine::id};
};

namespace host {
namespace {

template <class C>
std::string text(const C& condition) {
  tenon::detail::SqlText counter(tenon::backend::Flavour::postgres);
  C::template write<Machine>(counter, &condition);
  std::string sql(counter.size(), ' ');
  tenon::detail::SqlText out(tenon::backend::Flavour::postgres, sql.data());
  C::template write<Machine>(out, &condition);
  return sql;
}

TEST(QualifiedNames, JoinConditionsWithoutImportingTheNamespace) {
  const auto condition = (tenon::field<&Machine::id> == "a" || !(tenon::field<&Machine::cores> >= 8)) &&
                         tenon::field<&Machine::cores> != 2;
  EXPECT_EQ(text(condition), R"((("id" = $1 OR NOT ("cores" >= $2)) AND "cores" <> $3))");
}

TEST(QualifiedNames, JoinAFilterToACondition) {
  const tenon::Filter<Machine> filter;
  EXPECT_EQ(text(filter && tenon::field<&Machine::cores> == 1), R"((TRUE AND "cores" = $1))");
}

}  // namespace
}  // namespace host
