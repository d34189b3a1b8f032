// Raw SQL that reads by its name, and what becomes of it when it writes.

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <boost/describe/class.hpp>

#include <tenon/database.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>

#include "fixture.hpp"

namespace tenon::postgres::testing {

struct NotedThing {
  std::int64_t id = 0;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(NotedThing, (), (id, note))

}  // namespace tenon::postgres::testing

template <>
struct tenon::Table<tenon::postgres::testing::NotedThing> {
  static constexpr auto name = "public.things";
  static constexpr auto key = std::tuple{&tenon::postgres::testing::NotedThing::id};
};

namespace tenon::postgres::testing {

namespace {

constexpr const char* change_all = "UPDATE public.things SET note = 'changed' RETURNING note";
constexpr const char* change_all_in_with =
    "WITH gone AS (UPDATE public.things SET note = 'changed' RETURNING note) SELECT note FROM gone";
constexpr const char* change_all_in_function = "SELECT public.change_all()";

class RawQuery : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    add_thing("acme", 1, "one");
    add_thing("acme", 2, "two");
    admin(
        "create function change_all() returns setof text language sql as 'update things set note = "
        "''changed'' returning note'; grant execute on function change_all() to tenon_app");
    Config one = config();
    one.pool.size = 1;
    one.pool.max_overflow = 0;
    database_of_host_.emplace(Database::open(one));
  }
  void TearDown() override {
    database_of_host_.reset();
    PostgresTest::TearDown();
  }
  [[nodiscard]] TenantScope acme() const { return database_of_host_->scope(TenantContext{"acme"}); }
  [[nodiscard]] std::string notes() {
    return admin_value("select string_agg(note, ',' order by id) from things");
  }

 private:
  std::optional<Database> database_of_host_;
};

// It was committed, and then came an error for its second row, or for rows of another type.
TEST_F(RawQuery, WritesNothingOnAScope) {
  const TenantScope scope = acme();
  for (const char* sql : {change_all, change_all_in_with, change_all_in_function,
                          "INSERT INTO public.things VALUES ('acme', 3, 'new') RETURNING note",
                          "SELECT note FROM public.things FOR UPDATE"}) {
    EXPECT_KIND(Error::Kind::read_only, scope.query<std::string>(sql)) << sql;
    EXPECT_KIND(Error::Kind::read_only, scope.query_one<std::string>(sql)) << sql;
    EXPECT_KIND(Error::Kind::read_only, scope.query<std::int64_t>(sql)) << sql;
  }
  EXPECT_EQ(notes(), "one,two");
  const auto error = error_of([&] { (void)scope.query<std::string>(change_all); });
  ASSERT_TRUE(error);
  EXPECT_NE(std::string(error->what()).find("execute_returning"), std::string::npos) << error->what();
  EXPECT_EQ(error->sqlstate(), "25006");
}

TEST_F(RawQuery, LeavesAConnectionThatWrites) {
  const TenantScope scope = acme();
  EXPECT_EQ(scope.query<std::string>("SELECT note FROM public.things").size(), 2U);
  EXPECT_EQ(scope.execute("UPDATE public.things SET note = 'ours' WHERE id = 1"), 1U);
  EXPECT_KIND(Error::Kind::read_only, scope.query<std::string>(change_all));
  EXPECT_EQ(scope.execute("UPDATE public.things SET note = 'ours' WHERE id = 2"), 1U);
  EXPECT_EQ(notes(), "ours,ours");
}

TEST_F(RawQuery, ThatCallsAFunctionThatWritesIsRunAsAWrite) {
  EXPECT_EQ(acme().execute_returning<std::string>(change_all_in_function),
            (std::vector<std::string>{"changed", "changed"}));
  EXPECT_EQ(notes(), "changed,changed");
}

TEST_F(RawQuery, MayWriteInATransaction) {
  for (const char* sql : {change_all, change_all_in_with, change_all_in_function}) {
    Transaction transaction = acme().begin();
    EXPECT_EQ(transaction.query<std::string>(sql).size(), 2U);
    transaction.commit();
    EXPECT_EQ(notes(), "changed,changed");
    admin("update things set note = 'old'");
  }
}

TEST_F(RawQuery, FailsTheTransactionInWhichItWroteWhatCannotBeRead) {
  for (const char* sql : {change_all, change_all_in_with}) {
    Transaction transaction = acme().begin();
    EXPECT_KIND(Error::Kind::invalid_argument, transaction.query_one<std::string>(sql)) << sql;
    EXPECT_KIND(Error::Kind::invalid_argument, transaction.query<std::string>("SELECT 'more'"));
    EXPECT_KIND(Error::Kind::invalid_argument, transaction.commit());
    Transaction another = acme().begin();
    EXPECT_KIND(Error::Kind::schema_mismatch, another.query<std::int64_t>(sql)) << sql;
    EXPECT_KIND(Error::Kind::schema_mismatch, another.commit());
  }
  Transaction returning = acme().begin();
  EXPECT_KIND(Error::Kind::schema_mismatch, returning.execute_returning<std::int64_t>(change_all));
  EXPECT_KIND(Error::Kind::schema_mismatch, returning.commit());
  EXPECT_EQ(notes(), "one,two");
}

TEST_F(RawQuery, IsUndoneByARollbackToASavepoint) {
  Transaction transaction = acme().begin();
  try {
    transaction.nested([&] { (void)transaction.query_one<std::string>(change_all); });
    ADD_FAILURE() << "two rows were taken for one";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::invalid_argument);
  }
  EXPECT_EQ(transaction.execute("UPDATE public.things SET note = 'kept' WHERE id = 1"), 1U);
  transaction.commit();
  EXPECT_EQ(notes(), "kept,two");
}

TEST_F(RawQuery, ThatOnlyReadsDoesNotFailItsTransaction) {
  Transaction transaction = acme().begin();
  EXPECT_EQ(transaction.execute("UPDATE public.things SET note = 'kept' WHERE id = 1"), 1U);
  for (const char* sql :
       {"SELECT note FROM public.things FOR UPDATE", "VALUES ('a'), ('b')", "TABLE public.things"})
    EXPECT_THROW((void)transaction.query_one<std::string>(sql), Error) << sql;
  transaction.commit();
  EXPECT_EQ(notes(), "kept,two");
}

TEST_F(RawQuery, BlamesTheMembersTypeForAValueThatDoesNotFit) {
  const TenantScope scope = acme();
  EXPECT_KIND(Error::Kind::schema_mismatch, scope.query_one<std::int64_t>("SELECT 2.5"));
  EXPECT_KIND(Error::Kind::schema_mismatch, scope.query_one<std::int32_t>("SELECT 3000000000"));
}

// What a function of the host's leaves in pg_temp stays with the connection, and raw SQL finds it there.
class RawLeftovers : public RawQuery {
 protected:
  void SetUp() override {
    RawQuery::SetUp();
    if (IsSkipped()) return;
    admin(
        "create function gather() returns bigint language plpgsql as $$ begin create temp table if not "
        "exists scratch as select note from public.things; return (select count(*) from scratch); end $$; "
        "create function pass() returns bigint language plpgsql as $$ begin create temp table scratch on "
        "commit drop as select note from public.things; return (select count(*) from scratch); end $$; "
        "grant execute on function gather(), pass() to tenon_app");
  }
  static void expect_nothing_left(const Database& database) {
    const TenantScope globex = database.scope(TenantContext{"globex"});
    EXPECT_KIND(Error::Kind::schema_mismatch, globex.query<std::string>("SELECT note FROM scratch"));
  }
};

TEST_F(RawLeftovers, OfATenantAreGoneForTheNext) {
  for (const bool prepared : {true, false}) {
    Config one = config();
    one.pool.size = 1;
    one.pool.max_overflow = 0;
    one.postgres.prepared_statements = prepared;
    const Database database = Database::open(one);
    const TenantScope scope = database.scope(TenantContext{"acme"});
    EXPECT_EQ(scope.execute("SELECT public.gather()"), 1U);
    expect_nothing_left(database);
    EXPECT_EQ(scope.execute_returning<std::int64_t>("SELECT public.gather()"),
              (std::vector<std::int64_t>{2}));
    expect_nothing_left(database);
    Transaction transaction = scope.begin();
    EXPECT_EQ(transaction.query_one<std::int64_t>("SELECT public.gather()"), 2);
    EXPECT_EQ(transaction.query<std::string>("SELECT note FROM scratch").size(), 2U)
        << "within the transaction";
    transaction.commit();
    expect_nothing_left(database);
    EXPECT_EQ(database.pool_stats().created, 4U) << "such a connection is not used again";
  }
}

TEST_F(RawLeftovers, CostTheConnectionOnlyWhereThereAreSome) {
  Config one = config();
  one.pool.size = 1;
  one.pool.max_overflow = 0;
  Database database = Database::open(one);
  const TenantScope scope = database.scope(TenantContext{"acme"});
  EXPECT_EQ(scope.execute("SELECT public.pass()"), 1U);
  expect_nothing_left(database);
  {
    Transaction transaction = scope.begin();
    EXPECT_EQ(transaction.query_one<std::int64_t>("SELECT public.gather()"), 2);
  }
  expect_nothing_left(database);
  std::vector<NotedThing> many;
  for (std::int64_t id = 10; id < 3010; ++id) many.push_back({id, "many"});
  Repository<NotedThing>(scope).insert_all(many);  // by way of a temporary table of the library's own
  EXPECT_EQ(scope.execute("UPDATE public.things SET note = 'x'"), 3002U);
  EXPECT_EQ(database.pool_stats().created, 1U);
}

}  // namespace

}  // namespace tenon::postgres::testing
