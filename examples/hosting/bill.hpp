#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <tenon/database.hpp>
#include <tenon/decimal.hpp>
#include <tenon/time.hpp>

#include "tenant_context.hpp"

namespace hosting {

struct BillLine {
  std::size_t line = 0;  ///< of the file, from 1
  std::int64_t customer_id = 0;
  std::string domain{};
  tenon::Date day{};
  tenon::Decimal amount{};
};

/// Reads a provider's bill: CSV without quotes whose first line is `customer,domain,day,amount`. Throws
/// tenon::Error: not_found without the file; invalid_argument, naming the line, for anything that is not
/// so, a second amount for the same site and day included, and for a file that is empty or cannot be read
/// to its end.
[[nodiscard]] std::vector<BillLine> read_bill(const std::filesystem::path& file);

/// Keeps each line's amount under its customer, replacing what was there, and returns how many. First looks
/// whether every site is there (tenon::Error not_found, naming the line); then each customer's lines are
/// kept all or none. The same bill again changes nothing.
std::size_t import_bill(const tenon::Database& database, const Principal& administrator,
                        const std::vector<BillLine>& lines);

}  // namespace hosting
