#include <string>

#include <tenon/error.hpp>
#include <tenon/raw_sql.hpp>

namespace tenon::detail {

void refuse_raw_column(const Error& error, std::string_view column) {
  // Members of the host's making meet columns of the host's making: nothing stored is at fault.
  const Error::Kind kind =
      error.kind() == Error::Kind::corrupt ? Error::Kind::schema_mismatch : error.kind();
  throw Error(kind, "raw.query: result column " + std::string(column) + ": " + error.what(),
              {.sqlstate = "42804", .statement = "raw.query", .constraint = {}, .hint = {}});
}

void refuse_second_row() {
  throw Error(Error::Kind::invalid_argument,
              "raw.query: query_one() is for one row at most, and the statement gives more; use query()",
              {.sqlstate = "21000", .statement = "raw.query", .constraint = {}, .hint = {}});
}

}  // namespace tenon::detail
