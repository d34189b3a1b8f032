#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "guarded_table.hpp"
#include "statement_cache.hpp"

namespace tenon::sqlite {

// Keeps a host's own SQL within one tenant's rows, on a connection that also serves the library's SQL.
//
// Raw SQL sees views in the schema `temp`; the tables behind them have other names or are in `main`. Each
// outer view reads an inner one, whose name holds 128 random bits and which alone reads the table, with a
// condition on tenon_tenant(). The authorizer lets a statement touch a table only from within that inner
// view or its triggers: SQLite names the innermost view, and a name that a host can choose (a view's, a
// CTE's) proves nothing, for anybody can call a CTE so.
//
// Thread safety: none; it belongs to whoever holds the connection.
class Guard {
 public:
  Guard(sqlite3* db, GuardOptions options);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // Whose rows there are while it lives. Throws Error (invalid_argument) when a raw statement of another
  // tenant is under way on the connection.
  class Binding {
   public:
    Binding(Guard& guard, std::string_view tenant, std::string_view subject);
    Binding(const Binding&) = delete;
    Binding& operator=(const Binding&) = delete;
    ~Binding();

   private:
    Guard& guard_;
  };

  // For as long as it lives, raw SQL gets the tenant's rows before it looks at any of them: slower, and
  // safe to tell errors of. Throws Error.
  class Fence {
   public:
    explicit Fence(Guard& guard);
    Fence(const Fence&) = delete;
    Fence& operator=(const Fence&) = delete;
    ~Fence();

   private:
    Guard& guard_;
  };

  // Makes the views anew when the schema is another than they were made for. Throws Error: busy when a raw
  // statement that uses them is under way.
  void refresh(std::string_view subject);
  [[nodiscard]] bool installed() const noexcept { return installed_; }
  // Whether the schema changed since refresh(). Throws Error.
  [[nodiscard]] bool outdated();
  // After a rollback: views made within what was undone are gone.
  void rolled_back() noexcept;
  // Before a transaction begins: makes views that an earlier rollback took away, so that it cannot again.
  void restore() noexcept;
  // Takes the views away until resume(), for a migration.
  void suspend() noexcept;
  void resume() noexcept { suspended_ = false; }

  // The authorizer's answer while a raw statement is prepared
  // (https://sqlite.org/c3ref/set_authorizer.html).
  [[nodiscard]] int authorize(int action, const char* first, const char* second, const char* database,
                              const char* within) noexcept;
  // True when the authorizer was asked since the last call.
  [[nodiscard]] bool take_asked() noexcept;

 private:
  void install();
  void shape_inner_views(InnerView shape);
  [[nodiscard]] InnerView usual_shape() const noexcept {
    return options_.fenced ? InnerView::fenced : InnerView::open;
  }
  void run(const std::string& sql);
  [[nodiscard]] int schema_version();
  void make_table_functions(const GuardedSchema& schema);
  [[nodiscard]] bool is_view(std::string_view name) const noexcept;
  [[nodiscard]] bool is_writable(std::string_view name) const noexcept;
  [[nodiscard]] bool is_base(std::string_view name) const noexcept;
  [[nodiscard]] bool is_object(std::string_view name) const noexcept;
  [[nodiscard]] bool is_module(std::string_view name) const noexcept;
  [[nodiscard]] bool may_touch(int action, std::string_view table, std::string_view column,
                               std::string_view database, bool within_guard) const noexcept;
  void make_functions();
  static void on_tenant(sqlite3_context* context, int, sqlite3_value**);
  static void on_tenant_number(sqlite3_context* context, int, sqlite3_value**);

  sqlite3* db_;
  GuardOptions options_;
  std::string secret_;
  GuardedSchema schema_;
  StatementHandle schema_version_statement_;
  InnerView shape_ = usual_shape();
  int version_ = 0;
  std::string tenant_;
  unsigned bindings_ = 0;
  bool has_functions_ = false;
  bool installed_ = false;
  bool within_transaction_ = false;  // installed in one that may still be undone
  bool lost_ = false;
  bool suspended_ = false;
  bool asked_ = false;
};

}  // namespace tenon::sqlite
