#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <tenon/backend/value.hpp>
#include <tenon/codec.hpp>
#include <tenon/detail/table_shape.hpp>
#include <tenon/export.hpp>

// One member of an entity each way: a function for each type of member, which all entities share. Those of
// the library's own types are compiled into it.

namespace tenon::detail {

// Where an entity's values are written, one column after the other.
struct RowWriter {
  backend::Value* out;
  Scratch& scratch;
  const TableShape* leave;  // if given, the columns that the library keeps get no value
  std::size_t at = 0;       // the column in hand, which an exception comes from

  [[nodiscard]] bool leaves() const noexcept {
    return leave != nullptr && (at == leave->created_at || at == leave->updated_at);
  }
};

template <class M>
[[gnu::noinline]] void write_member(const M& member, RowWriter& row) {
  if (!std::is_same_v<M, Timestamp> || !row.leaves())
    ::new (static_cast<void*>(row.out + row.at))  // made in its place, not copied there
        backend::Value(MemberCodec<M>::encode(member, row.scratch));
  ++row.at;
}
template <class M>
[[gnu::noinline]] void read_member(const backend::Value& value, M& member) {
  MemberCodec<M>::decode(value, member);
}
template <class M>
[[gnu::noinline]] void exchange_members(M& a, M& b) {
  using std::swap;
  swap(a, b);
}

// What is a few instructions is worth its place.
template <class M>
void decode_member(const backend::Value& value, M& member) {
  if constexpr (std::is_trivially_copyable_v<M>) {
    MemberCodec<M>::decode(value, member);
  } else {
    read_member(value, member);
  }
}

#define TENON_DETAIL_MEMBER(how, ...)                                                    \
  how template TENON_API void write_member<__VA_ARGS__>(const __VA_ARGS__&, RowWriter&); \
  how template TENON_API void exchange_members<__VA_ARGS__>(__VA_ARGS__&, __VA_ARGS__&);
#define TENON_DETAIL_READ_MEMBER(how, ...) \
  how template TENON_API void read_member<__VA_ARGS__>(const backend::Value&, __VA_ARGS__&);
#define TENON_DETAIL_MEMBERS(how)                           \
  TENON_DETAIL_MEMBER(how, bool)                            \
  TENON_DETAIL_MEMBER(how, std::int32_t)                    \
  TENON_DETAIL_MEMBER(how, std::int64_t)                    \
  TENON_DETAIL_MEMBER(how, double)                          \
  TENON_DETAIL_MEMBER(how, std::string)                     \
  TENON_DETAIL_MEMBER(how, Uuid)                            \
  TENON_DETAIL_MEMBER(how, Timestamp)                       \
  TENON_DETAIL_MEMBER(how, Date)                            \
  TENON_DETAIL_MEMBER(how, Json)                            \
  TENON_DETAIL_MEMBER(how, Decimal)                         \
  TENON_DETAIL_MEMBER(how, std::optional<std::string>)      \
  TENON_DETAIL_MEMBER(how, std::optional<Timestamp>)        \
  TENON_DETAIL_MEMBER(how, std::optional<Json>)             \
  TENON_DETAIL_MEMBER(how, std::optional<std::int64_t>)     \
  TENON_DETAIL_MEMBER(how, std::optional<double>)           \
  TENON_DETAIL_READ_MEMBER(how, std::string)                \
  TENON_DETAIL_READ_MEMBER(how, Json)                       \
  TENON_DETAIL_READ_MEMBER(how, std::optional<std::string>) \
  TENON_DETAIL_READ_MEMBER(how, std::optional<Json>)

TENON_DETAIL_MEMBERS(extern)

}  // namespace tenon::detail
