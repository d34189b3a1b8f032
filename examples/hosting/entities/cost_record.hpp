#pragma once

#include <cstdint>
#include <tuple>

#include <boost/describe/class.hpp>

#include <tenon/decimal.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace hosting {

/// What a site cost on a day: one amount, to the last digit.
struct CostRecord {
  tenon::Uuid site_id{};
  tenon::Date day{};
  tenon::Decimal amount{};
  tenon::Timestamp updated_at{};
};
BOOST_DESCRIBE_STRUCT(CostRecord, (), (site_id, day, amount, updated_at))

}  // namespace hosting

template <>
struct tenon::Table<hosting::CostRecord> {
  static constexpr auto name = "hosting.cost_records";
  static constexpr auto key = std::tuple{&hosting::CostRecord::site_id, &hosting::CostRecord::day};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
