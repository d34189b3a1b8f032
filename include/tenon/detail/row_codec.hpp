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

// Where the rows of a result become objects.
struct RowTarget {
  void* into;
  const RowDecoder* decoder;
  // Makes it `count` objects, of which the first `kept` keep their values; returns the first.
  void* (*resize)(void* into, std::size_t count, std::size_t kept);
  std::size_t object_size;  // bytes
};

// For a vector, which is never asked to grow by itself: that, moving its objects, would be the most costly
// code of a host's translation unit. `exchange` swaps two of them, member by member.
template <class Row, auto exchange>
[[gnu::cold]] void* resize_rows(void* into, std::size_t count, std::size_t kept) {
  auto& rows = *static_cast<std::vector<Row>*>(into);
  while (rows.size() > count) rows.pop_back();
  if (rows.size() < count) {
    std::vector<Row> larger(count);
    for (std::size_t i = 0; i < kept; ++i) exchange(&larger[i], &rows[i]);
    rows.swap(larger);
  }
  return rows.data();
}
// `rows` is empty.
template <class T, class P>
RowTarget rows_into(std::vector<P>& rows) {
  return {&rows, &row_decoder<T, P>, &resize_rows<P, &Columns<P>::template exchange<P>>, sizeof(P)};
}

template <class T>
void* make_row(void* into, std::size_t, std::size_t) {
  return &**::new (into) std::optional<T>(std::in_place);
}
// `row` is empty.
template <class T>
RowTarget row_into(std::optional<T>& row) {
  return {&row, &row_decoder<T, T>, &make_row<T>, sizeof(T)};
}

// Makes objects of a result's rows, at most `most`, and then ends the statement. Begins with room for
// `expected` of them.
class TENON_API RowTaker {
 public:
  RowTaker(const RowTarget& target, std::size_t most, std::size_t expected = 0) noexcept
      : target_(target), most_(most), expected_(expected) {}
  bool operator()(backend::Values row);
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }
  // After the last row: leaves no object that is none of a row.
  void finish();

 private:
  bool grow();

  const RowTarget& target_;
  std::size_t most_;
  std::size_t expected_;
  std::size_t taken_ = 0;
  std::size_t room_ = 0;
  std::byte* first_ = nullptr;
};

}  // namespace tenon::detail
