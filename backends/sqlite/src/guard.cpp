#include "guard.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <new>
#include <random>
#include <utility>

#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>

#include "error_map.hpp"
#include "guard_functions.hpp"
#include "schema_query.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
namespace {

constexpr std::array<std::string_view, 2> table_functions{"json_each", "json_tree"};

bool equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && sqlite3_strnicmp(a.data(), b.data(), static_cast<int>(a.size())) == 0;
}

bool begins(std::string_view name, std::string_view start) noexcept {
  return name.size() >= start.size() && equal(name.substr(0, start.size()), start);
}

std::string_view view_of(const char* text) noexcept {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

std::string make_secret() {
  if (!walls.secret_name) return "inner_";
  static constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;  // the operating system's
  std::string secret = "k";
  for (int word = 0; word < 4; ++word) {
    auto bits = static_cast<std::uint32_t>(random());
    for (int digit = 0; digit < 8; ++digit, bits >>= 4U) secret += digits[bits & 0xFU];
  }
  return secret + '_';
}

}  // namespace

Guard::Guard(sqlite3* db, GuardOptions options)
    : db_(db), options_(std::move(options)), secret_(make_secret()) {
  // The longest first, so that `a_b` wins over `a` for the table `a_b_c`.
  std::ranges::sort(options_.schemas, std::greater<>(), &std::string::size);
}

Guard::Binding::Binding(Guard& guard, std::string_view tenant, std::string_view subject) : guard_(guard) {
  if (tenant.empty() || (guard.bindings_ > 0 && guard.tenant_ != tenant)) {
    throw Error(
        Error::Kind::invalid_argument,
        std::string(subject) + (tenant.empty() ? ": raw SQL needs a tenant; run it on a TenantScope"
                                               : ": raw SQL of another tenant is under way; end it first"),
        {.sqlstate = "42501", .statement = std::string(subject), .constraint = {}, .hint = {}});
  }
  if (guard.bindings_ == 0) guard.tenant_.assign(tenant);
  ++guard.bindings_;
}

Guard::Binding::~Binding() {
  if (--guard_.bindings_ == 0) guard_.tenant_.clear();
}

Guard::Fence::Fence(Guard& guard) : guard_(guard) {
  guard_.shape_inner_views(InnerView::fenced);
}

Guard::Fence::~Fence() {
  try {
    guard_.shape_inner_views(guard_.usual_shape());
  } catch (...) {  // the next raw statement makes them anew
    guard_.shape_ = guard_.usual_shape();
    guard_.installed_ = false;
    guard_.lost_ = true;
  }
}

void Guard::on_tenant(sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
  const std::string& tenant = static_cast<const Guard*>(sqlite3_user_data(context))->tenant_;
  if (tenant.empty()) {
    sqlite3_result_error(context, "no tenant is bound", -1);
    return;
  }
  // Not copied: a statement is reset, and reads none of its results again, before the binding that it runs
  // under ends, and the text stays as it is while there is one.
  sqlite3_result_text64(context, tenant.data(), tenant.size(), SQLITE_STATIC, SQLITE_UTF8);
}

// For tables whose tenant is a number: text would take "042" for 42, and anything else for 0.
void Guard::on_tenant_number(sqlite3_context* context, int /*count*/, sqlite3_value** /*values*/) {
  try {
    const std::string& tenant = static_cast<const Guard*>(sqlite3_user_data(context))->tenant_;
    sqlite3_result_int64(context,
                         tenon::detail::typed_tenant(tenant, backend::Type::int64, "raw SQL").integral());
  } catch (const Error& error) {
    sqlite3_result_error(context, error.what(), -1);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void Guard::make_functions() {
  if (has_functions_) return;
  constexpr int kind = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  int code =
      sqlite3_create_function_v2(db_, "tenon_tenant", 0, kind, this, &on_tenant, nullptr, nullptr, nullptr);
  if (code == SQLITE_OK)
    code = sqlite3_create_function_v2(db_, "tenon_tenant_number", 0, kind, this, &on_tenant_number, nullptr,
                                      nullptr, nullptr);
  if (code != SQLITE_OK) throw make_error(db_, code, "raw SQL guard", false);
  has_functions_ = true;
}

void Guard::run(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw make_error(db_, code, "raw SQL guard", false);
}

int Guard::schema_version() {
  sqlite3_stmt* statement = schema_version_statement_.get();
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(db_, "PRAGMA main.schema_version", -1, SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) throw make_error(db_, code, "raw SQL guard", false);
    schema_version_statement_.reset(statement);
  }
  const int code = sqlite3_step(statement);
  const int version = code == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
  sqlite3_reset(statement);
  if (code != SQLITE_ROW) throw make_error(db_, code, "raw SQL guard", false);
  return version;
}

bool Guard::outdated() {
  return !installed_ || schema_version() != version_;
}

void Guard::refresh(std::string_view subject) {
  if (!outdated()) return;
  if (bindings_ > 1) {
    throw Error(Error::Kind::busy,
                std::string(subject) + ": the schema changed while raw SQL ran; run it again",
                {.sqlstate = "40001", .statement = std::string(subject), .constraint = {}, .hint = {}});
  }
  install();
}

void Guard::install() {
  make_functions();
  const GuardedSchema before = std::exchange(schema_, {});
  installed_ = false;
  const bool nested = sqlite3_get_autocommit(db_) == 0;
  run("SAVEPOINT tenon_guard");
  try {
    for (const GuardedTable& table : before.tables) {
      for (const std::string& sql : unguard_statements(table, secret_)) run(sql);
    }
    const int version = schema_version();
    GuardedSchema schema = read_guarded_schema(db_, options_);
    make_table_functions(schema);
    for (const GuardedTable& table : schema.tables) {
      for (const std::string& sql : guard_statements(table, secret_, shape_)) run(sql);
    }
    run("RELEASE tenon_guard");
    schema_ = std::move(schema);
    version_ = version;
  } catch (...) {
    schema_ = before;  // to be taken away by the next attempt
    sqlite3_exec(db_, "ROLLBACK TO tenon_guard; RELEASE tenon_guard", nullptr, nullptr, nullptr);
    throw;
  }
  installed_ = true;
  within_transaction_ = nested;
  lost_ = false;
}

void Guard::shape_inner_views(InnerView shape) {
  if (shape == shape_) return;
  run("SAVEPOINT tenon_guard");
  try {
    for (const GuardedTable& table : schema_.tables) {
      run("DROP VIEW temp." + quoted_name(secret_ + table.view));
      run(inner_view(table, secret_, shape));
    }
    run("RELEASE tenon_guard");
    shape_ = shape;
  } catch (...) {
    sqlite3_exec(db_, "ROLLBACK TO tenon_guard; RELEASE tenon_guard", nullptr, nullptr, nullptr);
    throw;
  }
}

// SQLite declares a table function, which the authorizer would refuse, when it is first named.
void Guard::make_table_functions(const GuardedSchema& schema) {
  for (const std::string_view name : table_functions) {
    if (std::ranges::any_of(schema.objects, [&](const std::string& used) { return equal(used, name); }))
      continue;
    run("SELECT 1 FROM " + std::string(name) + "('[]')");
  }
}

void Guard::rolled_back() noexcept {
  if (!installed_ || !within_transaction_) return;
  installed_ = false;
  lost_ = true;
}

void Guard::restore() noexcept {
  if (!lost_) within_transaction_ = false;  // what installed it has committed
  if (!lost_ || suspended_ || bindings_ > 0) return;
  lost_ = false;
  try {
    install();
  } catch (...) {  // the next raw statement tries again, and reports
  }
}

void Guard::suspend() noexcept {
  suspended_ = true;
  lost_ = lost_ || installed_;
  installed_ = false;
  try {
    for (const GuardedTable& table : schema_.tables) {
      for (const std::string& sql : unguard_statements(table, secret_)) {
        sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
      }
    }
  } catch (...) {  // out of memory; the next installation takes away what is left
  }
}

bool Guard::take_asked() noexcept {
  return std::exchange(asked_, false);
}

bool Guard::is_view(std::string_view name) const noexcept {
  return begins(name, secret_) ||
         std::ranges::any_of(schema_.tables, [&](const GuardedTable& t) { return equal(t.view, name); });
}

bool Guard::is_writable(std::string_view name) const noexcept {
  return std::ranges::any_of(schema_.tables,
                             [&](const GuardedTable& t) { return t.writable && equal(t.view, name); });
}

bool Guard::is_base(std::string_view name) const noexcept {
  return std::ranges::any_of(schema_.tables, [&](const GuardedTable& t) { return equal(t.base, name); });
}

bool Guard::is_object(std::string_view name) const noexcept {
  return begins(name, "sqlite_") ||
         std::ranges::any_of(schema_.objects, [&](const std::string& used) { return equal(used, name); });
}

bool Guard::is_module(std::string_view name) const noexcept {
  return begins(name, "pragma_") ||
         std::ranges::any_of(schema_.modules, [&](const std::string& used) { return equal(used, name); });
}

bool Guard::may_touch(int action, std::string_view table, std::string_view column,
                      std::string_view database, bool within_guard) const noexcept {
  // A table of that name would come before the function.
  const bool table_function =
      action == SQLITE_READ && !is_object(table) &&
      std::ranges::any_of(table_functions, [&](std::string_view name) { return equal(name, table); });
  if (equal(database, "main")) return table_function || (within_guard && is_base(table));
  // With RETURNING SQLite itself lets a view without triggers be written, to no effect.
  if (action != SQLITE_READ) return is_writable(table) && equal(database, "temp");
  if (is_view(table)) return database.empty() || equal(database, "temp");
  // No column of it is read and no schema is named: SQLite tells the name as it was written, which may be a
  // CTE's.
  return column.empty() && database.empty() && (table_function || !(is_object(table) || is_module(table)));
}

int Guard::authorize(int action, const char* first, const char* second, const char* database,
                     const char* within) noexcept {
  asked_ = true;
  const bool within_guard = view_of(within).starts_with(secret_);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return may_touch(action, view_of(first), view_of(second), view_of(database), within_guard)
                 ? SQLITE_OK
                 : SQLITE_DENY;
    case SQLITE_FUNCTION:
      return within_guard || !walls.function_list || is_raw_function(view_of(second)) ? SQLITE_OK
                                                                                      : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace tenon::sqlite
