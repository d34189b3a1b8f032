#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <tenon/backend/dialect.hpp>
#include <tenon/backend/value.hpp>
#include <tenon/config.hpp>

namespace tenon::testing {

/// A database made for the tests. Its destructor removes it.
class TestDatabase {
 public:
  virtual ~TestDatabase() = default;
  /// What Database::open takes.
  [[nodiscard]] virtual std::string url() const = 0;
};

/// What an author of a backend tells the conformance kit: how to get an empty database.
///
///     class MyBackend : public tenon::testing::Backend {
///      public:
///       std::string name() const override { return "mine"; }
///       std::unique_ptr<tenon::testing::TestDatabase> create() override { … }
///     };
///     TENON_CONFORMANCE_BACKEND(MyBackend);
///     #include <tenon/testing/conformance.hpp>   // all suites, once in a program; link GTest::gtest_main
///
/// Each suite is a header of its own under tenon/testing/suites, so they can be spread over several source
/// files to be built in parallel; each belongs into exactly one of them.
class Backend {
 public:
  virtual ~Backend() = default;

  /// Letters, digits and underscores; the last part of every test's name.
  [[nodiscard]] virtual std::string name() const = 0;
  /// A fresh database without tables. May throw any std::exception, which fails the test.
  [[nodiscard]] virtual std::unique_ptr<TestDatabase> create() = 0;
  /// Why the backend cannot be tested here; every test is then skipped with these words. Empty: it can.
  [[nodiscard]] virtual std::string unavailable() const { return {}; }
  [[nodiscard]] virtual Config config(const std::string& url) const { return Config::from_url(url); }

  /// The type of a host's column, as CREATE TABLE takes it. By default as docs/schema.md has them.
  [[nodiscard]] virtual std::string column_type(backend::Flavour flavour, backend::Type type) const;
  /// Statements that let tenants reach a new table of a host, and only their own rows: row security and
  /// grants on PostgreSQL, nothing on SQLite. `table` is spelt as in SQL.
  [[nodiscard]] virtual std::string guard(backend::Flavour flavour, const std::string& table) const;

  /// True when opening the URL twice gives the same database, and it outlives its connections.
  [[nodiscard]] virtual bool persistent() const { return true; }
  /// Ends every connection of others to the database, as a server that is shut down does; false when there
  /// is no such thing, or no right to it. The attack suite kills connections in mid-scope with it.
  [[nodiscard]] virtual bool kill_connections(const std::string& /*url*/) { return false; }
  /// True when a scope can read while a transaction of the same thread is open.
  [[nodiscard]] virtual bool reads_beside_a_transaction() const { return true; }

  friend void PrintTo(Backend* backend, std::ostream* out) { *out << backend->name(); }
};

/// Every backend under test, in the order in which they were added.
[[nodiscard]] inline std::vector<std::shared_ptr<Backend>>& backend_list() {
  static std::vector<std::shared_ptr<Backend>> list;
  return list;
}

/// Adds a backend; before ::testing::InitGoogleTest.
inline bool add_backend(std::shared_ptr<Backend> backend) {
  backend_list().push_back(std::move(backend));
  return true;
}

}  // namespace tenon::testing

/// Adds a default-constructed backend of this type to the tests of the program.
#define TENON_CONFORMANCE_BACKEND(Type) \
  static const bool tenon_conformance_added_##Type = ::tenon::testing::add_backend(std::make_shared<Type>())
