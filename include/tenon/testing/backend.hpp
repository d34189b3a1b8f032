#pragma once

#include <cstddef>
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
  /// is no such thing, or no right to it. The attack suite kills connections in mid-scope with it, and
  /// tells which attacks were not run without it.
  [[nodiscard]] virtual bool kill_connections(const std::string& /*url*/) { return false; }
  /// On how many attacks the attack suite spends one database. It reads the rows of all tenants after each,
  /// two new ones for every attack; where that is slow, fewer attacks are quicker.
  [[nodiscard]] virtual std::size_t attacks_per_database() const { return 1'000; }
  /// True when a scope can read while a transaction of the same thread is open.
  [[nodiscard]] virtual bool reads_beside_a_transaction() const { return true; }

  friend void PrintTo(Backend* backend, std::ostream* out) { *out << backend->name(); }
};

// In this header, so that every source file of a program agrees on where the class is at home.
inline std::string Backend::column_type(backend::Flavour flavour, backend::Type type) const {
  const bool postgres = flavour == backend::Flavour::postgres;
  switch (type) {
    case backend::Type::boolean:
      return postgres ? "boolean" : "INTEGER";
    case backend::Type::int16:
      return postgres ? "smallint" : "INTEGER";
    case backend::Type::int32:
      return postgres ? "integer" : "INTEGER";
    case backend::Type::int64:
      return postgres ? "bigint" : "INTEGER";
    case backend::Type::float64:
      return postgres ? "double precision" : "REAL";
    case backend::Type::text:
      return postgres ? "text COLLATE \"C\"" : "TEXT";
    case backend::Type::json:
      return postgres ? "json" : "TEXT";
    case backend::Type::uuid:
      return postgres ? "uuid" : "TEXT";
    case backend::Type::timestamp:
      return postgres ? "timestamptz" : "INTEGER";
    case backend::Type::date:
      return postgres ? "date" : "INTEGER";
    case backend::Type::decimal:
      return postgres ? "numeric" : "TEXT";
    case backend::Type::blob:
      break;
  }
  return postgres ? "bytea" : "BLOB";
}

inline std::string Backend::guard(backend::Flavour flavour, const std::string& table) const {
  if (flavour == backend::Flavour::sqlite) return {};
  return "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY;\n" +                          //
         "CREATE POLICY own_rows ON " + table + " TO tenon_app, tenon_read_only" +           //
         " USING (tenant_id = tenon.tenant()) WITH CHECK (tenant_id = tenon.tenant());\n" +  //
         "CREATE POLICY all_rows ON " + table + " FOR SELECT TO tenon_administrator USING (true);\n" +
         "GRANT SELECT, INSERT, UPDATE, DELETE ON " + table + " TO tenon_app;\n" +  //
         "GRANT SELECT ON " + table + " TO tenon_read_only, tenon_administrator;\n";
}

/// Every backend under test, in the order in which they were added.
[[nodiscard]] inline std::vector<std::shared_ptr<Backend>>& backend_list() {
  static std::vector<std::shared_ptr<Backend>> list;
  return list;
}

/// Adds a backend; before `InitGoogleTest`.
inline bool add_backend(std::shared_ptr<Backend> backend) {
  backend_list().push_back(std::move(backend));
  return true;
}

}  // namespace tenon::testing

/// Adds a default-constructed backend of this type to the tests of the program.
#define TENON_CONFORMANCE_BACKEND(Type) \
  static const bool tenon_conformance_added_##Type = ::tenon::testing::add_backend(std::make_shared<Type>())
