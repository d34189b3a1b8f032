#include "support.hpp"

#include <stdexcept>

#include <unistd.h>

namespace tenon::test {

using backend::Call;

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "tenon-sqlite-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<backend::Engine> open(const std::string& url, Config config) {
  config.url = url;
  return backend::find_driver("sqlite")->open(config);
}

namespace {

template <class Target>
std::uint64_t run_on(Target&& target, const Sql& sql, const std::vector<Value>& values, Deadline deadline,
                     const RowHandler& rows) {
  const backend::Statement statement = sql.statement();
  auto sink = [&rows](Values row) { return rows ? rows(row) : true; };
  return target(Call{statement, values, sink, deadline});
}

template <class Target>
std::int64_t number_on(Target& target, const std::string& query) {
  std::int64_t result = 0;
  const RowHandler keep = [&result](Values row) {
    result = row[0].integral();
    return true;
  };
  run(target, reading(query, {Type::int64}), {}, Deadline::max(), keep);
  return result;
}

}  // namespace

std::uint64_t run(backend::Engine& engine, const Sql& sql, std::vector<Value> values, Deadline deadline,
                  const RowHandler& rows) {
  return run_on([&](const Call& call) { return engine.execute(customer, call); }, sql, values, deadline,
                rows);
}

std::uint64_t run(backend::Session& session, const Sql& sql, std::vector<Value> values, Deadline deadline,
                  const RowHandler& rows) {
  return run_on([&](const Call& call) { return session.execute(call); }, sql, values, deadline, rows);
}

std::int64_t number(backend::Engine& engine, const std::string& query) {
  return number_on(engine, query);
}

std::int64_t number(backend::Session& session, const std::string& query) {
  return number_on(session, query);
}

Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {Error::Kind::internal, "nothing was thrown"};
}

Error::Kind kind_of(const std::function<void()>& work) {
  return error_of(work).kind();
}

Stranger::Stranger(const std::string& file) {
  if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK)
    throw std::runtime_error("the stranger cannot open the file");
}

Stranger::~Stranger() {
  sqlite3_close(db_);
}

void Stranger::run(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(db_));
  }
}

std::int64_t Stranger::number(const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db_, query.c_str(), -1, &statement, nullptr);
  const std::int64_t result =
      sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return result;
}

std::string Stranger::text(const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db_, query.c_str(), -1, &statement, nullptr);
  std::string result;
  if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != nullptr)
    result = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return result;
}

SqliteTest::SqliteTest() : engine(open(url())) {
  engine->maintenance()->execute(
      "CREATE TABLE items (id TEXT PRIMARY KEY, amount INTEGER NOT NULL"
      " CONSTRAINT items_amount_not_negative CHECK (amount >= 0)) STRICT");
}

void SqliteTest::put(const std::string& id, std::int64_t amount) {
  run(*engine, insert_item, {Value::text(id), Value::integral(Type::int64, amount)});
}

const Sql insert_item =
    writing("INSERT INTO items (id, amount) VALUES ($1, $2)", {Type::text, Type::int64});

}  // namespace tenon::test
