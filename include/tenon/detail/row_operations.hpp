#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <tenon/condition.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/statement_text.hpp>

// The operations on one row, by its key.

namespace tenon::detail {

inline constexpr std::array<backend::Type, 0> no_columns{};
inline constexpr std::array row_count_column{backend::Type::int64};

template <class T>
struct RowOperation {
  using Condition = Everything;
  static constexpr bool is_static = true;
  static constexpr std::string_view table = Entity<T>::table;

  // The tenant and the key: what every statement on one row is bound by.
  static constexpr auto key_types = [] {
    std::array<backend::Type, Entity<T>::key_count + 1> types{};
    types[0] = Entity<T>::tenant_type;
    for (std::size_t k = 0; k < Entity<T>::key_count; ++k)
      types[k + 1] = Entity<T>::types[Entity<T>::key[k]];
    return types;
  }();

  static constexpr void write_key_predicate(SqlText& out) {
    out << " WHERE ";
    (out.identifier(Entity<T>::tenant) << " = ").placeholder();
    for (const std::size_t k : Entity<T>::key)
      ((out << " AND ").identifier(Entity<T>::names[k]) << " = ").placeholder();
  }
};

template <class P>
constexpr void write_column_list(SqlText& out) {
  Separator comma(", ");
  for (const std::string_view name : Columns<P>::names) {
    comma(out);
    out.identifier(name);
  }
}

template <class T>
struct InsertRow : RowOperation<T> {
  using E = Entity<T>;
  static constexpr std::string_view verb = "insert";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto parameters = joined(std::array{E::tenant_type}, E::types);
  static constexpr auto& columns = no_columns;

  static constexpr void write(SqlText& out, const Everything*) {
    ((out << "INSERT INTO ").table(E::table) << " AS \"t\" (").identifier(E::tenant) << ", ";
    write_column_list<T>(out);
    (out << ") VALUES (").placeholder();
    for (std::size_t i = 0; i < E::count; ++i) (out << ", ").placeholder();
    out << ")";
  }
};

// ON CONFLICT … DO UPDATE: the row that is there takes the new values, keeps created_at and raises version.
template <class T>
struct ConflictClause {
  using E = Entity<T>;
  static constexpr void write_target(SqlText& out) {
    (out << " ON CONFLICT (").identifier(E::tenant);
    for (const std::size_t k : E::key) (out << ", ").identifier(E::names[k]);
    out << ")";
  }
  static constexpr void write(SqlText& out) {
    write_target(out);
    constexpr std::size_t kept = E::key_count + (E::created_at != E::none ? 1 : 0);
    if (E::count == kept) {
      out << " DO NOTHING";
      return;
    }
    out << " DO UPDATE SET ";
    Separator comma(", ");
    for (std::size_t i = 0; i < E::count; ++i) {
      if (E::is_key(i) || i == E::created_at) continue;
      comma(out);
      out.identifier(E::names[i]) << " = ";
      if (i == E::version) {
        (out << "\"t\".").identifier(E::names[i]) << " + 1";
      } else {
        (out << "excluded.").identifier(E::names[i]);
      }
    }
  }
  static constexpr std::string_view text = StaticText<ConflictClause, backend::Flavour::sqlite>::text;
};

template <class T>
struct UpsertRow : InsertRow<T> {
  static constexpr std::string_view verb = "upsert";
  static constexpr void write(SqlText& out, const Everything* none) {
    InsertRow<T>::write(out, none);
    out << ConflictClause<T>::text;
  }
};

template <class T>
struct GetRow : RowOperation<T> {
  static constexpr std::string_view verb = "get";
  static constexpr backend::Access access = backend::Access::read;
  static constexpr auto& parameters = RowOperation<T>::key_types;
  static constexpr auto& columns = Entity<T>::types;

  static constexpr void write(SqlText& out, const Everything*) {
    out << "SELECT ";
    write_column_list<T>(out);
    (out << " FROM ").table(Entity<T>::table);
    RowOperation<T>::write_key_predicate(out);
  }
};

template <class T>
struct RowExists : GetRow<T> {
  static constexpr std::string_view verb = "exists";
  static constexpr std::array columns{backend::Type::int32};
  static constexpr void write(SqlText& out, const Everything*) {
    (out << "SELECT 1 FROM ").table(Entity<T>::table);
    RowOperation<T>::write_key_predicate(out);
  }
};

template <class T>
struct RemoveRow : RowOperation<T> {
  static constexpr std::string_view verb = "remove";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& parameters = RowOperation<T>::key_types;
  static constexpr auto& columns = no_columns;

  static constexpr void write(SqlText& out, const Everything*) {
    (out << "DELETE FROM ").table(Entity<T>::table);
    RowOperation<T>::write_key_predicate(out);
  }
};

// What an update by the library adds to the host's columns.
template <class T>
constexpr void write_kept_columns(SqlText& out, Separator& comma) {
  using E = Entity<T>;
  if constexpr (E::updated_at != E::none) {
    comma(out);
    (out.identifier(E::names[E::updated_at]) << " = ").placeholder();
  }
  if constexpr (E::version != E::none) {
    comma(out);
    ((out.identifier(E::names[E::version]) << " = ").identifier(E::names[E::version])) << " + 1";
  }
}

// No column twice, no key, and none that the library keeps itself.
template <class T, std::size_t... I>
constexpr bool changeable() {
  using E = Entity<T>;
  constexpr std::array<std::size_t, sizeof...(I) + 1> columns{I..., E::none};
  for (std::size_t a = 0; a < sizeof...(I); ++a) {
    const std::size_t column = columns[a];
    if (E::is_key(column) || column == E::created_at || column == E::updated_at || column == E::version)
      return false;
    for (std::size_t b = 0; b < a; ++b)
      if (columns[b] == column) return false;
  }
  return true;
}

// UPDATE of some columns of one row from an entity. Values: columns, updated_at, tenant, key, version.
template <class T, std::size_t... I>
struct UpdateRow : RowOperation<T> {
  using E = Entity<T>;
  static constexpr std::string_view verb = "update";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& columns = no_columns;
  static constexpr bool has_updated_at = E::updated_at != E::none;
  static constexpr bool has_version = E::version != E::none;
  static_assert(sizeof...(I) > 0 || has_updated_at || has_version,
                "tenon: the entity has no column to update");
  static_assert(changeable<T, I...>(), "tenon: update names a column twice, or one that the library keeps");
  static constexpr std::size_t parameter_count =
      sizeof...(I) + (has_updated_at ? 1 : 0) + 1 + E::key_count + (has_version ? 1 : 0);

  static constexpr auto parameters = [] {
    std::array<backend::Type, parameter_count> types{};
    std::size_t n = 0;
    ((types[n++] = E::types[I]), ...);
    if (has_updated_at) types[n++] = backend::Type::timestamp;
    for (const backend::Type type : RowOperation<T>::key_types) types[n++] = type;
    if constexpr (has_version) types[n++] = E::types[E::version];
    return types;
  }();

  static constexpr void write(SqlText& out, const Everything*) {
    (out << "UPDATE ").table(E::table) << " SET ";
    Separator comma(", ");
    ((comma(out), (out.identifier(E::names[I]) << " = ").placeholder()), ...);
    write_kept_columns<T>(out, comma);
    RowOperation<T>::write_key_predicate(out);
    if constexpr (has_version) ((out << " AND ").identifier(E::names[E::version]) << " = ").placeholder();
  }
};

// UPDATE of one row from assignments, whatever its version. Values: assignments, updated_at, tenant, key.
template <class T, Assignment... A>
struct PatchRow : RowOperation<T> {
  using E = Entity<T>;
  static constexpr std::string_view verb = "patch";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& columns = no_columns;
  static constexpr bool has_updated_at = E::updated_at != E::none;
  static_assert(((!E::is_key(column_of<T, A::member>())) && ...), "tenon: a key member cannot be changed");
  static_assert(
      changeable<T, column_of<T, A::member>()...>(),
      "tenon: patch sets a column twice, or one that the library keeps (created_at, updated_at, version)");

  static constexpr auto assignment_types = [] {
    std::array<backend::Type, sizeof...(A) + (has_updated_at ? 1 : 0)> types{};
    std::size_t n = 0;
    ((types[n++] = A::parameter_type), ...);
    if (has_updated_at) types[n++] = backend::Type::timestamp;
    return types;
  }();
  static constexpr auto parameters = joined(assignment_types, RowOperation<T>::key_types);

  static constexpr void write_assignments(SqlText& out) {
    (out << "UPDATE ").table(E::table) << " SET ";
    Separator comma(", ");
    ((comma(out), A::template write<T>(out)), ...);
    write_kept_columns<T>(out, comma);
  }
  static constexpr void write(SqlText& out, const Everything*) {
    write_assignments(out);
    RowOperation<T>::write_key_predicate(out);
  }
};

// INSERT, or the assignments where the key is taken. Values: tenant, columns, assignments.
template <class T, Assignment... A>
struct InsertOrPatchRow : InsertRow<T> {
  using E = Entity<T>;
  using Patch = PatchRow<T, A...>;
  static constexpr std::string_view verb = "insert_or_patch";
  static constexpr auto parameters =
      joined(InsertRow<T>::parameters, std::array<backend::Type, sizeof...(A)>{A::parameter_type...});

  static constexpr void write(SqlText& out, const Everything* none) {
    static_assert(sizeof...(A) > 0 && sizeof(Patch) > 0, "tenon: insert_or_patch needs an assignment");
    InsertRow<T>::write(out, none);
    ConflictClause<T>::write_target(out);
    out << " DO UPDATE SET ";
    Separator comma(", ");
    ((comma(out), A::template write<T>(out, "\"t\".")), ...);
    if constexpr (E::updated_at != E::none)
      ((out << ", ").identifier(E::names[E::updated_at]) << " = excluded.")
          .identifier(E::names[E::updated_at]);
    if constexpr (E::version != E::none)
      ((out << ", ").identifier(E::names[E::version]) << " = \"t\".").identifier(E::names[E::version])
          << " + 1";
  }
};

}  // namespace tenon::detail
