#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/administrator_scope.hpp>
#include <tenon/decimal.hpp>
#include <tenon/time.hpp>
#include <tenon/transaction.hpp>
#include <tenon/uuid.hpp>

namespace hosting {

/// Reads YYYY-MM. Throws tenon::Error (invalid_argument).
[[nodiscard]] std::chrono::year_month parse_month(std::string_view text);

/// What a site cost in a month.
struct SiteCosts {
  std::string domain{};
  bool removed = false;
  std::size_t days = 0;  ///< on which something was recorded
  tenon::Decimal amount{};
};

/// What a customer cost in a month.
struct CustomerCosts {
  std::int64_t customer_id = 0;
  std::string name{};
  std::size_t sites = 0;  ///< that are not removed
  tenon::Decimal amount{};
};

/// The site of a domain for which costs may still come: the live one, else the newest removed one. Throws
/// tenon::Error (not_found).
[[nodiscard]] tenon::Uuid site_of_costs(tenon::Transaction& transaction, const std::string& domain);

/// Keeps what a site cost on a day; a second amount for the day replaces the first. Throws tenon::Error:
/// not_found without the site, invalid_argument for an amount below zero.
void record_cost(tenon::Transaction& transaction, const std::string& domain, tenon::Date day,
                 const tenon::Decimal& amount);

/// The customer's sites that cost something in the month, the dearest first.
[[nodiscard]] std::vector<SiteCosts> costs_of_month(tenon::Transaction& transaction,
                                                    std::chrono::year_month month);

/// Every customer with sites or costs, the dearest first.
[[nodiscard]] std::vector<CustomerCosts> costs_of_customers(const tenon::AdministratorScope& everybody,
                                                            std::chrono::year_month month);

}  // namespace hosting
