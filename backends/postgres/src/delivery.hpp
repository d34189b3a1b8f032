#pragma once

#include <cstdint>
#include <exception>

#include <libpq-fe.h>

#include <tenon/backend/statement.hpp>

#include "decode.hpp"

namespace tenon::postgres {

/// Hands the rows of results to a call's sink.
class Delivery {
 public:
  explicit Delivery(const backend::Call& call) : call_(call), reader_(call.statement, call.raw) {}

  /// Rows of a complete result. Passes on what the sink throws.
  void all(const PGresult* result);
  /// The row of a single-row result. What the sink throws is kept for finish(). False: no more, please.
  [[nodiscard]] bool one(const PGresult* result) noexcept;
  /// Throws what one() caught.
  void finish() const;

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  const backend::Call& call_;
  RowReader reader_;
  std::uint64_t rows_ = 0;
  bool described_ = false;
  std::exception_ptr failure_;
};

}  // namespace tenon::postgres
