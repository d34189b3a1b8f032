#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <tenon/backend/engine.hpp>
#include <tenon/backend/registry.hpp>
#include <tenon/config.hpp>
#include <tenon/error.hpp>

namespace tenon::test {

using backend::Access;
using backend::Deadline;
using backend::Type;
using backend::Value;
using backend::Values;
using namespace std::chrono_literals;

// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] std::filesystem::path path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A statement that owns what it points to.
struct Sql {
  std::string text;
  std::vector<Type> parameters;
  std::vector<Type> columns;
  Access access = Access::write;

  [[nodiscard]] backend::Statement statement() const {
    return {.name = "test.statement",
            .sql = text,
            .id = backend::statement_id(text, parameters),
            .parameters = parameters,
            .columns = columns,
            .access = access};
  }
};

[[nodiscard]] inline Sql writing(std::string text, std::vector<Type> parameters = {},
                                 std::vector<Type> columns = {}) {
  return {std::move(text), std::move(parameters), std::move(columns), Access::write};
}
[[nodiscard]] inline Sql reading(std::string text, std::vector<Type> columns,
                                 std::vector<Type> parameters = {}) {
  return {std::move(text), std::move(parameters), std::move(columns), Access::read};
}

inline const backend::Principal customer{"acme", Role::customer, ""};

[[nodiscard]] std::unique_ptr<backend::Engine> open(const std::string& url, Config config = {});

using RowHandler = std::function<bool(Values)>;

// Runs a statement on an engine or a session.
std::uint64_t run(backend::Engine& engine, const Sql& sql, std::vector<Value> values = {},
                  Deadline deadline = Deadline::max(), const RowHandler& rows = {});
std::uint64_t run(backend::Session& session, const Sql& sql, std::vector<Value> values = {},
                  Deadline deadline = Deadline::max(), const RowHandler& rows = {});

// The one integer that a query gives.
[[nodiscard]] std::int64_t number(backend::Engine& engine, const std::string& query);
[[nodiscard]] std::int64_t number(backend::Session& session, const std::string& query);

// The kind of the Error that `work` throws.
[[nodiscard]] Error::Kind kind_of(const std::function<void()>& work);
[[nodiscard]] Error error_of(const std::function<void()>& work);

// A connection that knows nothing of the library: another program on the same file.
class Stranger {
 public:
  explicit Stranger(const std::string& file);
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;
  ~Stranger();
  void run(const std::string& sql);
  [[nodiscard]] std::int64_t number(const std::string& query);
  [[nodiscard]] std::string text(const std::string& query);

 private:
  sqlite3* db_ = nullptr;
};

// Each test has a database file with the table `items (id TEXT PRIMARY KEY, amount INTEGER CHECK (>= 0))`.
class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest();

  [[nodiscard]] std::string url() const { return "sqlite:" + file; }
  void put(const std::string& id, std::int64_t amount);
  [[nodiscard]] std::int64_t count() { return number(*engine, "SELECT count(*) FROM items"); }

  TemporaryFolder folder;
  std::string file = folder.file("test.db");
  std::unique_ptr<backend::Engine> engine;
};

extern const Sql insert_item;

}  // namespace tenon::test
