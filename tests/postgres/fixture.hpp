#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>
#include <tenon/error.hpp>

namespace tenon::postgres::testing {

using backend::Access;
using backend::Type;
using backend::Value;

/// A statement that owns what it points to.
class Sql {
 public:
  Sql(std::string name, std::string sql, std::vector<Type> parameters = {}, std::vector<Type> columns = {},
      Access access = Access::read);
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;
  operator const backend::Statement&() const { return statement_; }  // NOLINT(google-explicit-constructor)

 private:
  std::string name_;
  std::string sql_;
  std::vector<Type> parameters_;
  std::vector<Type> columns_;
  backend::Statement statement_;
};

/// The bundled schema and a table of the host, `things`, in a database of the test's own. Skips without
/// TENON_TEST_POSTGRES_URL, which tests/support/with_postgres.sh sets.
class PostgresTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
  /// Fixtures of one layout share what prepare() makes: it runs once, in a database of which each test gets
  /// a copy. Letters and underscores.
  [[nodiscard]] virtual std::string layout() const { return "things"; }
  virtual void prepare() {}

  /// The server's URL with this test's database.
  [[nodiscard]] std::string url(bool tcp = false) const;
  [[nodiscard]] Config config() const;
  [[nodiscard]] std::unique_ptr<backend::Engine> open(const Config& config) const;
  [[nodiscard]] std::unique_ptr<backend::Engine> open_with_one_connection() const;

  /// Runs SQL as the superuser, beside the engine.
  void admin(const std::string& sql);
  [[nodiscard]] std::string admin_value(const std::string& sql);
  /// Ends all connections to the test's database; returns how many there were.
  [[nodiscard]] std::string terminate_others();

  /// Rows as text; integers in decimal, NULL as "NULL".
  using Rows = std::vector<std::vector<std::string>>;
  static Rows rows(backend::Engine& engine, std::string_view tenant, const backend::Statement& statement,
                   std::initializer_list<Value> values = {}, bool raw = false);
  static Rows rows(backend::Session& session, const backend::Statement& statement,
                   std::initializer_list<Value> values = {}, bool raw = false);
  void add_thing(std::string_view tenant, std::int64_t id, std::string_view note = "");

  std::unique_ptr<backend::Engine> engine_;
  std::string database_;

 private:
  const std::string& prepared_database();
};

/// The error that `work` throws; fails the test when it throws none.
template <class Work>
std::optional<Error> error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return std::nullopt;
}

/// The name of the kind of error that `work` throws.
template <class Work>
std::string kind_thrown_by(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return std::string(to_string(error.kind()));
  }
  return "no error";
}

#define EXPECT_KIND(wanted, ...)                                                      \
  EXPECT_EQ(::tenon::postgres::testing::kind_thrown_by([&] { (void)(__VA_ARGS__); }), \
            ::tenon::to_string(wanted))

/// Statements on `things`.
[[nodiscard]] const backend::Statement& insert_thing();
[[nodiscard]] const backend::Statement& all_things();
[[nodiscard]] const backend::Statement& get_thing();

}  // namespace tenon::postgres::testing
