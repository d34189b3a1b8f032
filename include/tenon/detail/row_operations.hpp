#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <tenon/assignment.hpp>
#include <tenon/condition.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/row_text.hpp>
#include <tenon/detail/statement_text.hpp>

// The operations on one row, by its key.

namespace tenon::detail {

inline constexpr std::array<backend::Type, 0> no_columns{};
inline constexpr std::array row_count_column{backend::Type::int64};

// The tenant and the key: what every statement on one row is bound by.
template <std::size_t count>
constexpr std::array<backend::Type, count> tenant_and_key_types(const TableShape& shape) {
  std::array<backend::Type, count> types{};
  types[0] = shape.tenant_type;
  for (std::size_t k = 0; k < shape.key_count; ++k) types[k + 1] = shape.types[shape.key[k]];
  return types;
}
template <class T>
inline constexpr auto key_types = tenant_and_key_types<Entity<T>::key_count + 1>(Entity<T>::shape);

template <class T>
struct RowOperation {
  using Condition = Everything;
  static constexpr bool is_static = true;
  static constexpr std::string_view table = Table<T>::name;
};

template <class T>
inline constexpr auto insert_types = joined(std::array{Entity<T>::tenant_type}, Entity<T>::types);

template <class T>
struct InsertRow : RowOperation<T> {
  static constexpr std::string_view verb = "insert";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& parameters = insert_types<T>;
  static constexpr auto& columns = no_columns;

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    write_insert(out, Entity<T>::shape);
  }
};

// ON CONFLICT … DO UPDATE.
template <class T>
struct ConflictClause {
  static constexpr void write(SqlText& out) { write_conflict_clause(out, Entity<T>::shape); }
  static constexpr std::string_view text = StaticText<ConflictClause, backend::Flavour::sqlite>::text;
};

template <class T>
struct UpsertRow : InsertRow<T> {
  static constexpr std::string_view verb = "upsert";
  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    write_insert(out, Entity<T>::shape);
    write_conflict_clause(out, Entity<T>::shape);
  }
};

template <class T>
struct GetRow : RowOperation<T> {
  static constexpr std::string_view verb = "get";
  static constexpr backend::Access access = backend::Access::read;
  static constexpr auto& parameters = key_types<T>;
  static constexpr auto& columns = Entity<T>::types;

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    constexpr const TableShape& shape = Entity<T>::shape;
    (out << "SELECT " << shape.column_list << " FROM ").table(shape.table);
    write_key_predicate(out, shape);
  }
};

inline constexpr std::array exists_columns{backend::Type::int32};

template <class T>
struct RowExists : RowOperation<T> {
  static constexpr std::string_view verb = "exists";
  static constexpr backend::Access access = backend::Access::read;
  static constexpr auto& parameters = key_types<T>;
  static constexpr auto& columns = exists_columns;

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    (out << "SELECT 1 FROM ").table(Entity<T>::table);
    write_key_predicate(out, Entity<T>::shape);
  }
};

template <class T>
struct RemoveRow : RowOperation<T> {
  static constexpr std::string_view verb = "remove";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& parameters = key_types<T>;
  static constexpr auto& columns = no_columns;

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    (out << "DELETE FROM ").table(Entity<T>::table);
    write_key_predicate(out, Entity<T>::shape);
  }
};

// No column twice, no key, and none that the library keeps itself.
constexpr bool changeable(const TableShape& shape, const std::size_t* columns, std::size_t count) {
  for (std::size_t a = 0; a < count; ++a) {
    if (!shape.is_plain(columns[a])) return false;
    for (std::size_t b = 0; b < a; ++b)
      if (columns[b] == columns[a]) return false;
  }
  return true;
}
template <class T, std::size_t... I>
constexpr bool changeable() {
  constexpr std::array<std::size_t, sizeof...(I) + 1> columns{I..., Entity<T>::none};
  return changeable(Entity<T>::shape, columns.data(), sizeof...(I));
}

constexpr std::size_t update_parameter_count(const TableShape& shape, std::size_t changed) {
  return changed + (shape.updated_at != TableShape::none ? 1 : 0) + 1 + shape.key_count +
         (shape.version != TableShape::none ? 1 : 0);
}
// Of an update's values: columns, updated_at, tenant, key, version.
template <std::size_t count>
constexpr std::array<backend::Type, count> update_types(const TableShape& shape, const std::size_t* columns,
                                                        std::size_t changed) {
  std::array<backend::Type, count> types{};
  std::size_t n = 0;
  for (std::size_t i = 0; i < changed; ++i) types[n++] = shape.types[columns[i]];
  if (shape.updated_at != TableShape::none) types[n++] = backend::Type::timestamp;
  types[n++] = shape.tenant_type;
  for (std::size_t k = 0; k < shape.key_count; ++k) types[n++] = shape.types[shape.key[k]];
  if (shape.version != TableShape::none) types[n++] = shape.types[shape.version];
  return types;
}

template <class T>
struct UpdateOperation : RowOperation<T> {
  using E = Entity<T>;
  static constexpr std::string_view verb = "update";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& columns = no_columns;
  static constexpr bool has_updated_at = E::updated_at != E::none;
  static constexpr bool has_version = E::version != E::none;
};

// UPDATE of some columns of one row from an entity.
template <class T, std::size_t... I>
struct UpdateRow : UpdateOperation<T> {
  using Base = UpdateOperation<T>;
  static_assert(sizeof...(I) > 0 || Base::has_updated_at || Base::has_version,
                "tenon: the entity has no column to update");
  static_assert(changeable<T, I...>(), "tenon: update names a column twice, or one that the library keeps");
  static constexpr std::array<std::size_t, sizeof...(I)> changed{I...};
  static constexpr std::size_t parameter_count = update_parameter_count(Entity<T>::shape, sizeof...(I));
  static constexpr auto parameters =
      update_types<parameter_count>(Entity<T>::shape, changed.data(), sizeof...(I));

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    write_update(out, Entity<T>::shape, changed.data(), sizeof...(I));
  }
};

constexpr std::size_t plain_count(const TableShape& shape) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < shape.count; ++i) n += shape.is_plain(i) ? 1U : 0U;
  return n;
}
template <std::size_t count>
constexpr std::array<std::size_t, count> plain_columns(const TableShape& shape) {
  std::array<std::size_t, count> result{};
  std::size_t n = 0;
  for (std::size_t i = 0; i < shape.count; ++i)
    if (shape.is_plain(i)) result[n++] = i;
  return result;
}

// UPDATE of all that the host may change of one row.
template <class T>
struct UpdateWholeRow : UpdateOperation<T> {
  using Base = UpdateOperation<T>;
  using E = Entity<T>;
  static constexpr std::size_t changed_count = plain_count(E::shape);
  static_assert(changed_count > 0 || Base::has_updated_at || Base::has_version,
                "tenon: the entity has no column to update");
  static constexpr std::array<std::size_t, changed_count> changed = plain_columns<changed_count>(E::shape);
  static constexpr std::size_t parameter_count = update_parameter_count(E::shape, changed_count);
  static constexpr auto parameters = update_types<parameter_count>(E::shape, changed.data(), changed_count);

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    write_update(out, E::shape, changed.data(), changed_count);
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
  static_assert(sizeof...(A) > 0 || has_updated_at || E::version != E::none,
                "tenon: patch has no assignment, and the entity no column that the library would set");
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
  static constexpr auto parameters = joined(assignment_types, key_types<T>);

  static constexpr void write_assignments(SqlText& out) {
    (out << "UPDATE ").table(E::table) << " SET ";
    Separator comma(", ");
    ((comma(out), A::template write<T>(out)), ...);
    write_kept_columns(out, E::shape, comma);
  }
  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    write_assignments(out);
    write_key_predicate(out, E::shape);
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

  static constexpr void write(SqlText& out, const Everything* = nullptr) {
    static_assert(sizeof...(A) > 0 && sizeof(Patch) > 0, "tenon: insert_or_patch needs an assignment");
    write_insert(out, E::shape);
    write_conflict_target(out, E::shape);
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
