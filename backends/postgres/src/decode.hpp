#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>
#include <libpq-fe.h>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>
#include <tenon/detail/row_buffer.hpp>

namespace tenon::postgres {

/// Turns rows of binary results into Values. It is liberal in what it takes: any integer, float or numeric
/// column for a number, any text-like column for a text, json and jsonb for JSON.
class RowReader {
 public:
  /// `raw`: of the host's own SQL.
  RowReader(const backend::Statement& statement, bool raw)
      : statement_(statement), raw_(raw), values_(statement.columns.size()) {}

  /// Checks the columns of a result against the statement. Throws `Error` (schema_mismatch) that names the
  /// statement and the column's position.
  void describe(const PGresult* result);

  /// Decodes one row. The values live until the next call. Throws `Error` (corrupt) for a value that the
  /// library's type cannot hold: infinite times, numeric NaN, an integer too large. Of raw SQL, where the
  /// host chose the columns, it is schema_mismatch.
  [[nodiscard]] backend::Values read(const PGresult* result, int row);

 private:
  enum class Wire : std::uint8_t {
    boolean,
    int2,
    int4,
    int8,
    other_int2,  // for a number of another type, as the two below
    other_int4,
    other_int8,
    float4,
    float8,
    numeric,
    text,
    jsonb,
    uuid,
    timestamp,
    date,
    bytes
  };

  [[nodiscard]] static constexpr Wire own_wire(backend::Type type) noexcept;
  [[nodiscard]] Wire wire_of(Oid type, std::size_t column) const;
  [[nodiscard]] backend::Value decode(std::size_t column, std::string_view bytes);
  [[nodiscard]] std::string& decimal_text(std::size_t column);
  [[nodiscard]] backend::Value decode_integer(std::size_t column, std::int64_t value);
  [[nodiscard]] backend::Value decode_numeric_column(std::size_t column, std::string_view bytes);
  [[nodiscard]] std::string place(std::size_t column) const;
  [[noreturn]] void mismatch(const std::string& what) const;
  [[noreturn]] void corrupt(std::size_t column, const char* what) const;

  const backend::Statement& statement_;
  bool raw_;
  boost::container::small_vector<Wire, 64> wires_;
  tenon::detail::RowBuffer values_;
  std::vector<std::string> decimals_;  // texts of decimal columns of the current row; empty without any
};

}  // namespace tenon::postgres
