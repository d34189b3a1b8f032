#include "fixture.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <utility>

#include <unistd.h>

#include <tenon/backend/registry.hpp>
#include <tenon/secure_table.hpp>

#include "../support/server_sql.hpp"

namespace tenon::postgres::testing {

namespace {

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

std::string with_database(std::string url, const std::string& database) {
  const std::string_view old = "/postgres";
  const std::size_t question = std::min(url.find('?'), url.size());
  return url.replace(question - old.size(), old.size(), "/" + database);
}

std::string text_of(const Value& value) {
  if (value.is_null()) return "NULL";
  switch (value.type()) {
    case Type::text:
    case Type::json:
    case Type::decimal:
    case Type::blob:
      return std::string(value.bytes());
    case Type::float64:
      return std::to_string(value.real());
    case Type::uuid:
      return "uuid";
    default:
      return std::to_string(value.integral());
  }
}

test::ServerConnection server() {
  return test::ServerConnection(environment("TENON_TEST_POSTGRES_URL"));
}

// Databases from which those of the tests are copied; they go with the process.
struct Templates {
  std::map<std::string, std::string> names;

  ~Templates() {
    try {
      for (const auto& [layout, name] : names) server().drop_database(name);
    } catch (const std::exception&) {  // the server is gone, and the databases with it
    }
  }
};

}  // namespace

Sql::Sql(std::string name, std::string sql, std::vector<Type> parameters, std::vector<Type> columns,
         Access access)
    : name_(std::move(name)),
      sql_(std::move(sql)),
      parameters_(std::move(parameters)),
      columns_(std::move(columns)),
      statement_{name_, sql_, backend::statement_id(sql_, parameters_), parameters_, columns_, access} {}

void PostgresTest::SetUp() {
  if (environment("TENON_TEST_POSTGRES_URL").empty()) {
    GTEST_SKIP() << "TENON_TEST_POSTGRES_URL is not set: run this through tests/support/with_postgres.sh";
  }
  const std::string& prepared = prepared_database();
  static std::atomic<int> number{0};
  database_ = "tenon_test_" + std::to_string(getpid()) + "_" + std::to_string(++number);
  server().create_database(database_, prepared);
  engine_ = open(config());
}

const std::string& PostgresTest::prepared_database() {
  static Templates templates;
  std::string& name = templates.names[layout()];
  if (!name.empty()) return name;
  const std::string making = "tenon_template_" + std::to_string(getpid()) + "_" + layout();
  server().create_database(making, "template0");
  name = database_ = making;
  engine_ = open(config());
  const auto maintenance = engine_->maintenance();
  maintenance->begin();
  for (const EmbeddedMigration& migration : engine_->bundled_migrations())
    maintenance->execute(migration.up);
  maintenance->execute(std::string(R"(
    create table things (
      tenant_id text collate "C" not null constraint things_tenant_id_not_empty check (tenant_id <> ''),
      id bigint not null, note text not null constraint things_note_short check (length(note) < 1000),
      primary key (tenant_id, id));)") +
                       secure_table_sql("things"));
  maintenance->commit();
  prepare();
  engine_.reset();
  return name;
}

void PostgresTest::TearDown() {
  if (database_.empty()) return;
  engine_.reset();
  server().drop_database(database_);
}

std::string PostgresTest::url(bool tcp) const {
  return with_database(environment(tcp ? "TENON_TEST_POSTGRES_TCP_URL" : "TENON_TEST_POSTGRES_URL"),
                       database_);
}

Config PostgresTest::config() const {
  Config config;
  config.url = url();
  return config;
}

std::unique_ptr<backend::Engine> PostgresTest::open(const Config& config) const {
  return backend::find_driver(config.scheme())->open(config);
}

std::unique_ptr<backend::Engine> PostgresTest::open_with_one_connection() const {
  Config one = config();
  one.pool.size = 1;
  one.pool.max_overflow = 0;
  return open(one);
}

void PostgresTest::admin(const std::string& sql) {
  test::ServerConnection(url()).run(sql);
}

std::string PostgresTest::admin_value(const std::string& sql) {
  return test::ServerConnection(url()).run(sql).value_or("NULL");
}

std::string PostgresTest::terminate_others() {
  return admin_value(
      "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = "
      "current_database() and pid <> pg_backend_pid()");
}

PostgresTest::Rows PostgresTest::rows(backend::Engine& engine, std::string_view tenant,
                                      const backend::Statement& statement,
                                      std::initializer_list<Value> values, bool raw) {
  Rows all;
  const auto keep = [&](backend::Values row) {
    auto& texts = all.emplace_back();
    for (const Value& value : row) texts.push_back(text_of(value));
    return true;
  };
  engine.execute({tenant, Role::customer, ""},
                 {statement, {values.begin(), values.size()}, keep, backend::Deadline::max(), false, raw});
  return all;
}

PostgresTest::Rows PostgresTest::rows(backend::Session& session, const backend::Statement& statement,
                                      std::initializer_list<Value> values, bool raw) {
  Rows all;
  const auto keep = [&](backend::Values row) {
    auto& texts = all.emplace_back();
    for (const Value& value : row) texts.push_back(text_of(value));
    return true;
  };
  session.execute({statement, {values.begin(), values.size()}, keep, backend::Deadline::max(), false, raw});
  return all;
}

void PostgresTest::add_thing(std::string_view tenant, std::int64_t id, std::string_view note) {
  rows(*engine_, tenant, insert_thing(),
       {Value::text(tenant), Value::integral(Type::int64, id), Value::text(note)});
}

const backend::Statement& insert_thing() {
  static const Sql sql("things.insert", "INSERT INTO things (tenant_id, id, note) VALUES ($1, $2, $3)",
                       {Type::text, Type::int64, Type::text}, {}, Access::write);
  return sql;
}

const backend::Statement& all_things() {
  static const Sql sql("things.all", "SELECT tenant_id, id, note FROM things ORDER BY tenant_id, id", {},
                       {Type::text, Type::int64, Type::text});
  return sql;
}

const backend::Statement& get_thing() {
  static const Sql sql("things.get", "SELECT id, note FROM things WHERE tenant_id = $1 AND id = $2",
                       {Type::text, Type::int64}, {Type::int64, Type::text});
  return sql;
}

}  // namespace tenon::postgres::testing

// libpqxx 6.4 leaks the result of the statement during which a connection is lost; one test does just that.
extern "C" TENON_API const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx";
}
