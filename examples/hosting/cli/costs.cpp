// cost, report: what sites cost.

#include "../costs.hpp"

#include <iomanip>
#include <iostream>

#include <tenon/error.hpp>

#include "../../common/output.hpp"
#include "../bill.hpp"
#include "commands.hpp"
#include "print_costs.hpp"
#include "whole_number.hpp"

namespace hosting {

void print_costs(const std::vector<SiteCosts>& sites) {
  tenon::Decimal total;
  for (const SiteCosts& site : sites) {
    std::cout << std::left << std::setw(24) << common::printable(site.domain) << std::right << std::setw(4)
              << site.days << " days " << std::setw(15) << site.amount.text()
              << (site.removed ? "  removed" : "") << '\n';
    total += site.amount;
  }
  std::cout << std::left << std::setw(34) << "total" << std::right << std::setw(15) << total.text() << '\n';
}

void print_costs(const std::vector<CustomerCosts>& customers) {
  tenon::Decimal total;
  for (const CustomerCosts& customer : customers) {
    std::cout << std::setw(6) << customer.customer_id << ' ' << std::left << std::setw(17)
              << common::printable(customer.name) << std::right << std::setw(3) << customer.sites
              << " sites " << std::setw(15) << customer.amount.text() << '\n';
    total += customer.amount;
  }
  std::cout << std::left << std::setw(34) << "total" << std::right << std::setw(15) << total.text() << '\n';
}

namespace {

std::string text;
std::string domain;

void record(const Settings& settings, std::int64_t customer, const std::string& day,
            const std::string& amount) {
  const auto date = tenon::parse_date(day);
  if (!date)
    throw tenon::Error(tenon::Error::Kind::invalid_argument, "write a day as 2026-11-21, not " + day);
  const tenon::Database database = settings.open();
  with_tenant_context(database, acting_for(settings.sign_in(database), customer),
                      [&](tenon::Transaction& transaction) {
                        record_cost(transaction, domain, *date, tenon::Decimal(amount));
                      });
}

}  // namespace

void add_cost_commands(CLI::App& program, const Settings& settings) {
  static std::int64_t customer = 0;
  static std::string day;
  static std::string amount;
  CLI::App* command = program.add_subcommand("cost", "What sites cost");
  command->require_subcommand(1);
  CLI::App* one = command->add_subcommand("record", "A site's amount for a day; for administrators");
  one->add_option("customer", customer)->required()->transform(whole_number(0));
  one->add_option("domain", domain)->required();
  one->add_option("day", day)->required();
  one->add_option("amount", amount)->required();
  one->callback([&settings] { record(settings, customer, day, amount); });
  CLI::App* bill = command->add_subcommand("import", "A provider's bill; for administrators");
  bill->add_option("file", text, "CSV: customer,domain,day,amount")->required();
  bill->callback([&settings] {
    const auto lines = read_bill(text);
    const tenon::Database database = settings.open();
    std::cout << import_bill(database, settings.sign_in(database), lines) << " amounts kept\n";
  });
  CLI::App* month = command->add_subcommand("month", "The customer's own, by site");
  month->add_option("month", text, "YYYY-MM")->required();
  month->callback([&settings] {
    print_costs(settings.as_customer(
        [](tenon::Transaction& transaction) { return costs_of_month(transaction, parse_month(text)); }));
  });
  CLI::App* report = program.add_subcommand("report", "A month of all customers; for administrators");
  report->add_option("month", text, "YYYY-MM")->required();
  report->callback([&settings] {
    const tenon::Database database = settings.open();
    print_costs(with_administrator_context(database, settings.sign_in(database),
                                           [](const tenon::AdministratorScope& everybody) {
                                             return costs_of_customers(everybody, parse_month(text));
                                           }));
  });
}

}  // namespace hosting
