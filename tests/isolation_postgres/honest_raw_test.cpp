#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class HonestRaw : public AttackTest {};

TEST_F(HonestRaw, StatementsPass) {
  const std::vector<Attack> honest{
      {"Text", "select 'a;b -- /* set_config( */ ' || note from things where id = 1", true,
       "a;b -- /* set_config( */ mine 1"},
      {"Dollar", "select $x$set_config('a','b')$x$", true, "set_config('a','b')"},
      {"Escape", "select E'it\\'s' /* pg_settings */ -- pg_settings", true, "it's"},
      {"Trailing", "select note from things where id = 2;", true, "mine 2"},
      {"Bundled", "select count(*)::text from policies", true, "0"},
      {"Insert", "insert into things values ('acme', 90, 'new') returning note", true, "new"},
      {"WithInsert",
       "with s as (select 91 as i) insert into things select 'acme', i, 'cte' from s "
       "returning note",
       true, "cte"},
      {"InsertInWith",
       "with s as (insert into things values ('acme', 92, 'in') returning note) "
       "select note from s",
       true, "in"},
      {"Qualified", "select pg_catalog.upper(note) from public.things where id = 1", true, "MINE 1"},
      {"Values", "values ('v')", true, "v"},
      {"Parentheses", "((select 'p'))", true, "p"},
      {"LabelledSet", "select note as set from things where id = 1", true, "mine 1"},
  };
  for (const Attack& one : honest) {
    const Outcome outcome = run(*engine_, one, true);
    EXPECT_EQ(outcome.error, "") << one;
    EXPECT_EQ(outcome.rows, *one.expected) << one;
  }
}

TEST_F(HonestRaw, AreRefusedWithABackslashWhereTextsAreNotStandard) {
  admin("alter database " + database_ + " set standard_conforming_strings = off");
  const auto engine = open_one();
  const Attack hidden{"Hidden", "select '\\', set_config(''app.tenant_id'', ''globex'', true), '"};
  EXPECT_EQ(run(*engine, hidden, true).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, {"Plain", "select note from things where id = 1"}, true).rows, "mine 1");
}

}  // namespace

}  // namespace tenon::postgres::testing
