#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tenon::backend {

/// How the results of one statement over disjoint parts of a table make up its result over the whole: for
/// backends that keep tenants in databases of their own and answer an administrator from all of them.
struct Gathering {
  enum class Way : std::uint8_t {
    sum,            ///< one row with one integer: they are added
    concatenation,  ///< rows in no order: one part's after another's
    merge           ///< rows in the order of `order`, text by its bytes
  };
  struct OrderColumn {
    std::size_t position;  ///< in the result
    bool descending;
  };
  Way way = Way::concatenation;
  std::span<const OrderColumn> order{};
  /// The last parameter (int64) is the number of rows wanted of the whole.
  bool limited = false;
};

}  // namespace tenon::backend
