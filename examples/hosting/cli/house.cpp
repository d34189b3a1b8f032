// migrate, setup, customer, user: what the house does.

#include <iostream>
#include <map>
#include <optional>
#include <string>

#include <tenon/enum_name.hpp>

#include "../../common/output.hpp"
#include "../accounts.hpp"
#include "../schema.hpp"
#include "commands.hpp"
#include "whole_number.hpp"

namespace hosting {
namespace {

void print(const tenon::MigrationReport& report) {
  std::cout << report.component << ": " << report.applied.size() << " applied, " << report.reverted.size()
            << " taken back, now at " << report.version << '\n';
}

void add_migrate(CLI::App& program, const Settings& settings) {
  static std::optional<std::int64_t> version;
  CLI::App* command =
      program.add_subcommand("migrate", "Bring the schemas of tenon and of this product up");
  command->add_option("--to", version, "Only this product's, up or down to this version")
      ->transform(whole_number(0));
  command->callback([&settings] {
    tenon::Database database = settings.open();
    if (version) {
      print(migrate_to(database, *version));
    } else {
      for (const tenon::MigrationReport& report : migrate(database)) print(report);
    }
  });
}

void list_customers(const Settings& settings) {
  const tenon::Database database = settings.open();
  with_administrator_context(
      database, settings.sign_in(database), [](const tenon::AdministratorScope& everybody) {
        everybody.for_each<Customer>(tenon::all(), [](const tenon::Owned<Customer>& customer) {
          std::cout << customer.tenant << ' ' << common::printable(customer.entity.name) << ' '
                    << tenon::enum_name(customer.entity.plan) << '\n';
        });
      });
}

// Runs `work` for the customer that an administrator names.
template <class Work>
void for_customer(const Settings& settings, std::int64_t customer_id, Work&& work) {
  const tenon::Database database = settings.open();
  with_tenant_context(database, acting_for(settings.sign_in(database), customer_id), work);
}

void add_customers(CLI::App& program, const Settings& settings) {
  static std::int64_t number = 0;
  static std::string name;
  static std::string email;
  static Plan plan = Plan::basic;
  CLI::App* command = program.add_subcommand("customer", "Customers; for administrators");
  command->require_subcommand(1);
  CLI::App* add = command->add_subcommand("add", "A new customer, and its first user");
  add->add_option("number", number, "As accounting has it")->required()->transform(whole_number(1));
  add->add_option("name", name)->required();
  add->add_option("--plan", plan)
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Plan>{{"basic", Plan::basic}, {"business", Plan::business}}));
  add->add_option("--user", email, "Whose password is the line on standard input");
  add->callback([&settings] {
    std::optional<User> first;
    if (!email.empty())
      first = new_user(email, UserRole::customer, read_line_of_input("the user's password"));
    for_customer(settings, number, [&first](tenon::Transaction& transaction) {
      add_customer(transaction, name, plan);
      if (first) add_user(transaction, *first);
    });
  });
  command->add_subcommand("list", "All of them")->callback([&settings] { list_customers(settings); });
}

void add_users(CLI::App& program, const Settings& settings) {
  static std::int64_t number = 0;
  static std::string email;
  static UserRole role = UserRole::customer;
  const std::map<std::string, UserRole> roles{{"customer", UserRole::customer},
                                              {"viewer", UserRole::viewer},
                                              {"administrator", UserRole::administrator}};
  CLI::App* command = program.add_subcommand("user", "Users; for administrators");
  command->require_subcommand(1);
  CLI::App* add =
      command->add_subcommand("add", "A new user, whose password is the line on standard input");
  add->add_option("customer", number, "0: the house")->required()->transform(whole_number(0));
  add->add_option("email", email)->required();
  add->add_option("--role", role, "customer, viewer or, of the house, administrator")
      ->transform(CLI::CheckedTransformer(roles));
  add->callback([&settings] {
    const User user = new_user(email, role, read_line_of_input("the new user's password"));
    for_customer(settings, number,
                 [&user](tenon::Transaction& transaction) { add_user(transaction, user); });
  });
}

}  // namespace

void add_house_commands(CLI::App& program, const Settings& settings) {
  add_migrate(program, settings);
  static std::string email;
  CLI::App* setup = program.add_subcommand(
      "setup", "The first administrator, whose password is the line on standard input");
  setup->add_option("email", email)->required();
  setup->callback([&settings] {
    const tenon::Secret password = read_line_of_input("the administrator's password");
    set_up(settings.open(), email, password);
  });
  add_customers(program, settings);
  add_users(program, settings);
}

}  // namespace hosting
