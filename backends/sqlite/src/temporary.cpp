#include "temporary.hpp"

#include <string>
#include <vector>

#include "schema_query.hpp"

namespace tenon::sqlite {
namespace {

class WithoutForeignKeys {
 public:
  explicit WithoutForeignKeys(sqlite3* db) noexcept : db_(db) {
    sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  }
  WithoutForeignKeys(const WithoutForeignKeys&) = delete;
  WithoutForeignKeys& operator=(const WithoutForeignKeys&) = delete;
  ~WithoutForeignKeys() { sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr); }

 private:
  sqlite3* db_;
};

}  // namespace

void drop_temporary(sqlite3* db) {
  constexpr std::string_view subject = "drop what is temporary";
  std::vector<std::string> drops;
  {
    // A virtual table comes before the others, for it drops tables of its own.
    const StatementHandle list = prepare_query(
        db,
        "SELECT type, name FROM temp.sqlite_schema WHERE type <> 'index' AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\' ORDER BY type = 'table', rootpage <> 0",
        subject);
    while (next_row(db, list, subject))
      drops.push_back("DROP " + text_column(list, 0) + " IF EXISTS temp." +
                      quoted_name(text_column(list, 1)));
  }
  if (drops.empty()) return;
  const WithoutForeignKeys they_may_refer_to_each_other(db);
  for (const std::string& sql : drops) {
    const StatementHandle drop = prepare_query(db, sql, subject);
    (void)next_row(db, drop, subject);
  }
}

}  // namespace tenon::sqlite
