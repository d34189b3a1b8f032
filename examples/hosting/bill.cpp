#include "bill.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include <tenon/error.hpp>
#include <tenon/repository.hpp>

#include "costs.hpp"
#include "entities/cost_record.hpp"

namespace hosting {
namespace {

using tenon::Error;

constexpr std::string_view header = "customer,domain,day,amount";

std::array<std::string_view, 4> cells(std::string_view line) {
  std::array<std::string_view, 4> result;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t end = i + 1 < result.size() ? std::min(line.find(','), line.size()) : line.size();
    result[i] = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return result;
}

BillLine parse_line(std::string_view text, std::size_t number) {
  const auto [customer, domain, day, amount] = cells(text);
  BillLine line{.line = number, .customer_id = -1, .domain = std::string(domain)};
  const auto [end, error] =
      std::from_chars(customer.data(), customer.data() + customer.size(), line.customer_id);
  const auto date = tenon::parse_date(day);
  const auto decimal = tenon::Decimal::parse(amount);
  if (error != std::errc{} || end != customer.data() + customer.size() || domain.empty() || !date ||
      !decimal || *decimal < tenon::Decimal())
    throw Error(Error::Kind::invalid_argument, "no line of " + std::string(header));
  line.day = *date;
  line.amount = *decimal;
  return line;
}

// The line's site as the customer has it.
CostRecord to_record(tenon::Transaction& transaction, const BillLine& line) {
  try {
    return {site_of_costs(transaction, line.domain), line.day, line.amount, {}};
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::not_found) throw;
    throw Error(error.kind(), "line " + std::to_string(line.line) + ": " + error.what());
  }
}

}  // namespace

std::vector<BillLine> read_bill(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(Error::Kind::not_found, "cannot read " + file.string());
  std::vector<BillLine> lines;
  std::set<std::tuple<std::int64_t, std::string, tenon::Date>> seen;
  std::string text;
  std::size_t number = 0;
  while (std::getline(in, text)) {
    ++number;
    if (text.ends_with('\r')) text.pop_back();
    try {
      if (number == 1) {
        if (text != header)
          throw Error(Error::Kind::invalid_argument, "the first line is not " + std::string(header));
        continue;
      }
      lines.push_back(parse_line(text, number));
      if (!seen.emplace(lines.back().customer_id, lines.back().domain, lines.back().day).second)
        throw Error(Error::Kind::invalid_argument, "a second amount for this site and day");
    } catch (const Error& error) {
      throw Error(error.kind(), file.string() + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  if (in.bad()) throw Error(Error::Kind::invalid_argument, "cannot read " + file.string());
  if (number == 0) throw Error(Error::Kind::invalid_argument, file.string() + ": the file is empty");
  return lines;
}

std::size_t import_bill(const tenon::Database& database, const Principal& administrator,
                        const std::vector<BillLine>& lines) {
  std::map<std::int64_t, std::vector<BillLine>> by_customer;
  for (const BillLine& line : lines) by_customer[line.customer_id].push_back(line);
  std::map<std::int64_t, std::vector<CostRecord>> records;
  for (const auto& [customer_id, own] : by_customer)
    records[customer_id] = with_tenant_context(database, acting_for(administrator, customer_id),
                                               [&own](tenon::Transaction& transaction) {
                                                 std::vector<CostRecord> found;
                                                 for (const BillLine& line : own)
                                                   found.push_back(to_record(transaction, line));
                                                 return found;
                                               });
  for (const auto& [customer_id, own] : records)
    with_tenant_context(database, acting_for(administrator, customer_id),
                        [&own](tenon::Transaction& transaction) {
                          tenon::Repository<CostRecord>(transaction).upsert_all(own);
                        });
  return lines.size();
}

}  // namespace hosting
