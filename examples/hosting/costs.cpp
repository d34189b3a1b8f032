#include "costs.hpp"

#include <algorithm>
#include <map>

#include <tenon/error.hpp>
#include <tenon/repository.hpp>

#include "entities/cost_record.hpp"
#include "entities/customer.hpp"
#include "entities/site.hpp"

namespace hosting {
namespace {

using tenon::Error;
using tenon::field;
using tenon::Repository;
using tenon::where;

auto in_month(std::chrono::year_month month) {
  const std::chrono::sys_days first = month / 1;
  const std::chrono::sys_days next = (month + std::chrono::months{1}) / 1;
  return field<&CostRecord::day> >= first && field<&CostRecord::day> < next;
}

template <class Row>
std::vector<Row> dearest_first(std::vector<Row> rows) {
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return a.amount > b.amount; });
  return rows;
}

}  // namespace

std::chrono::year_month parse_month(std::string_view text) {
  const auto first = text.size() == 7 ? tenon::parse_date(std::string(text) + "-01") : std::nullopt;
  if (!first)
    throw Error(Error::Kind::invalid_argument, "write a month as 2026-11, not " + std::string(text));
  const std::chrono::year_month_day day(*first);
  return day.year() / day.month();
}

tenon::Uuid site_of_costs(tenon::Transaction& transaction, const std::string& domain) {
  const auto sites =
      Repository<Site>(transaction)
          .find(where(field<&Site::domain> == domain).order_by(tenon::desc<&Site::created_at>))
          .items;
  if (sites.empty())
    throw Error(Error::Kind::not_found,
                "customer " + transaction.context().tenant() + " has no site " + domain);
  const auto live = std::ranges::find_if(sites, [](const Site& site) { return !site.deleted_at; });
  return (live == sites.end() ? sites.front() : *live).site_id;
}

void record_cost(tenon::Transaction& transaction, const std::string& domain, tenon::Date day,
                 const tenon::Decimal& amount) {
  if (amount < tenon::Decimal())
    throw Error(Error::Kind::invalid_argument, "costs: an amount is not below zero");
  Repository<CostRecord>(transaction).upsert({site_of_costs(transaction, domain), day, amount, {}});
}

// The sums are made here and not by the database: SQLite would add doubles.
std::vector<SiteCosts> costs_of_month(tenon::Transaction& transaction, std::chrono::year_month month) {
  std::map<tenon::Uuid, SiteCosts> by_site;
  Repository<CostRecord>(transaction).for_each(where(in_month(month)), [&](const CostRecord& cost) {
    SiteCosts& site = by_site[cost.site_id];
    site.amount += cost.amount;
    ++site.days;
  });
  std::vector<SiteCosts> rows;
  Repository<Site>(transaction)
      .for_each(tenon::all().order_by(tenon::asc<&Site::domain>), [&](const Site& site) {
        const auto found = by_site.find(site.site_id);
        if (found == by_site.end()) return;
        found->second.domain = site.domain;
        found->second.removed = site.deleted_at.has_value();
        rows.push_back(found->second);
      });
  return dearest_first(std::move(rows));
}

std::vector<CustomerCosts> costs_of_customers(const tenon::AdministratorScope& everybody,
                                              std::chrono::year_month month) {
  std::map<std::int64_t, CustomerCosts> by_customer;
  const auto row = [&](const std::string& tenant) -> CustomerCosts& {
    const std::int64_t id = std::stoll(tenant);
    CustomerCosts& found = by_customer[id];
    found.customer_id = id;
    return found;
  };
  everybody.for_each<Site>(where(field<&Site::deleted_at>.is_null()),
                           [&](const tenon::Owned<Site>& site) { ++row(site.tenant).sites; });
  everybody.for_each<CostRecord>(where(in_month(month)), [&](const tenon::Owned<CostRecord>& cost) {
    row(cost.tenant).amount += cost.entity.amount;
  });
  everybody.for_each<Customer>(tenon::all(), [&](const tenon::Owned<Customer>& customer) {
    const auto found = by_customer.find(std::stoll(customer.tenant));
    if (found != by_customer.end()) found->second.name = customer.entity.name;
  });
  std::vector<CustomerCosts> rows;
  for (const auto& [id, costs] : by_customer) rows.push_back(costs);
  return dearest_first(std::move(rows));
}

}  // namespace hosting
