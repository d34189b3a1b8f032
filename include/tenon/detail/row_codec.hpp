#pragma once

#include <cstddef>
#include <new>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>
#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/row_errors.hpp>
#include <tenon/detail/table_shape.hpp>
#include <tenon/export.hpp>

// How objects cross to rows and back. What does not depend on their types is compiled into the library: a
// host's translation unit has one function each way for each of its types.

namespace tenon::detail {

struct RowDecoder {
  void (*decode)(const backend::Value* row, void* object, std::size_t& at);
  std::string_view table;
  const std::string_view* names;
};
struct RowEncoder {
  void (*encode)(const void* object, RowWriter& row);
  const TableShape* shape;
};

// Of rows of T as objects of P, T itself or a projection.
template <class T, class P>
inline constexpr RowDecoder row_decoder{&Columns<P>::template decode<P>, Entity<T>::table,
                                        Columns<P>::names.data()};
template <class T>
inline constexpr RowEncoder row_encoder{&Columns<T>::template encode<T>, &Entity<T>::shape};

// Errors name the column.
TENON_API void decode_row(const RowDecoder& decoder, const backend::Value* row, void* object);

template <class T, class P>
void decode_row(backend::Values row, P& out) {
  decode_row(row_decoder<T, P>, row.data(), &out);
}

// What becomes of the columns that the library keeps.
enum class Stamps {
  fill,     // a created_at or updated_at that is zero becomes the present
  refresh,  // updated_at becomes the present whatever it is
  leave     // they get no value
};

// The values of a whole row. Errors name the column.
TENON_API void encode_row(const RowEncoder& encoder, const void* entity, Stamps stamps, backend::Value* out,
                          Scratch& scratch);

template <class T>
void encode_row(const T& entity, bool refresh_updated_at, backend::Value* out, Scratch& scratch) {
  encode_row(row_encoder<T>, &entity, refresh_updated_at ? Stamps::refresh : Stamps::fill, out, scratch);
}

// The members of these columns, one after the other; returns the end.
template <class T, std::size_t... I>
[[gnu::noinline]] backend::Value* encode_members(const T& entity, backend::Value* out, Scratch& scratch,
                                                 std::index_sequence<I...>) {
  using Columns = Columns<T>;
  std::size_t column = 0;
  try {
    ((column = I, *out++ = MemberCodec<typename Columns::template type<I>>::encode(
                      entity.*Columns::template descriptor<I>::pointer, scratch)),
     ...);
  } catch (const Error& error) {
    rethrow_for_column(error, Entity<T>::table, Columns::names[column]);
  }
  return out;
}

// Where the rows of a result become objects, one at a time. `take` makes the next one and fills it; `at` is
// the column that an exception comes from. A target with `reserve` takes a row only where it has room.
struct RowTarget {
  void* into;
  const RowDecoder* decoder;
  void (*take)(void* into, const backend::Value* row, std::size_t& at);
  void (*reserve)(void* into, std::size_t rows) = nullptr;
};

// A new object at the end of a vector that has room for it. That the vector does not grow is checked before
// it is asked to, and all inlined, so that the compiler drops the growing unseen: it is the most costly
// code of a host's translation unit.
template <class P>
[[gnu::flatten]] P& append_within_room(std::vector<P>& rows) {
  if (rows.size() == rows.capacity()) refuse_growth();
  return rows.emplace_back();
}
template <class P>
void take_row(void* into, const backend::Value* row, std::size_t& at) {
  Columns<P>::template decode<P>(row, &append_within_room(*static_cast<std::vector<P>*>(into)), at);
}
template <class P>
[[gnu::cold]] void reserve_rows(void* into, std::size_t rows) {
  static_cast<std::vector<P>*>(into)->reserve(rows);
}

// `rows` is empty.
template <class T, class P>
RowTarget rows_into(std::vector<P>& rows) {
  return {&rows, &row_decoder<T, P>, &take_row<P>, &reserve_rows<P>};
}
template <class T>
void take_only_row(void* into, const backend::Value* row, std::size_t& at) {
  Columns<T>::template decode<T>(row, &**::new (into) std::optional<T>(std::in_place), at);
}
// `row` is empty.
template <class T>
RowTarget row_into(std::optional<T>& row) {
  return {&row, &row_decoder<T, T>, &take_only_row<T>};
}

// Makes objects of a result's rows, at most `most`, and then ends the statement.
class TENON_API RowTaker {
 public:
  RowTaker(const RowTarget& target, std::size_t most) noexcept : target_(target), most_(most) {}
  bool operator()(backend::Values row);
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

 private:
  bool grow();

  const RowTarget& target_;
  std::size_t most_;
  std::size_t taken_ = 0;
  std::size_t room_ = 0;
};

}  // namespace tenon::detail
