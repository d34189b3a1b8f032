// keys, integration: shops, and the keys that seal their credentials.

#include "../integrations.hpp"

#include <iostream>
#include <map>

#include <tenon/administrator_scope.hpp>
#include <tenon/enum_name.hpp>

#include "../../common/output.hpp"
#include "../entities/customer.hpp"
#include "commands.hpp"

namespace hosting {
namespace {

std::string site_domain;
Platform platform = Platform::shopify;

CLI::App* add_verb(CLI::App& command, const char* name, const char* help) {
  static const std::map<std::string, Platform> platforms{{"shopify", Platform::shopify},
                                                         {"woocommerce", Platform::woocommerce},
                                                         {"magento", Platform::magento}};
  CLI::App* verb = command.add_subcommand(name, help);
  verb->add_option("domain", site_domain)->required();
  verb->add_option("platform", platform, "shopify, woocommerce or magento")
      ->required()
      ->transform(CLI::CheckedTransformer(platforms));
  return verb;
}

void print(const Integration& integration) {
  std::cout << common::printable(site_domain) << ' ' << tenon::enum_name(integration.platform) << ' '
            << common::printable(integration.shop_url) << ", sealed under " << integration.key_id << '\n';
}

void show(const Settings& settings, bool reveal) {
  const Keyring keyring = settings.keyring();
  settings.as_customer([&](tenon::Transaction& transaction) {
    const Integration integration = get_integration(transaction, site_domain, platform);
    if (reveal) {
      std::cout << credentials_of(transaction, keyring, integration).reveal() << '\n';
    } else {
      print(integration);
    }
  });
}

void rotate_everybodys_key(const Settings& settings) {
  const Keyring keyring = settings.keyring();
  const tenon::Database database = settings.open();
  const Principal administrator = settings.sign_in(database);
  std::vector<std::int64_t> customers;
  with_administrator_context(database, administrator, [&](const tenon::AdministratorScope& everybody) {
    everybody.for_each<Customer>(tenon::all(), [&](const tenon::Owned<Customer>& customer) {
      customers.push_back(std::stoll(customer.tenant));
    });
  });
  std::size_t sealed = 0;
  for (const std::int64_t customer : customers)
    sealed += with_tenant_context(
        database, acting_for(administrator, customer),
        [&](tenon::Transaction& transaction) { return rotate_key(transaction, keyring); });
  std::cout << sealed << " integrations sealed anew under " << keyring.newest().id << '\n';
}

}  // namespace

void add_integration_commands(CLI::App& program, const Settings& settings) {
  static std::string id;
  static std::string shop_url;
  static bool reveal = false;
  CLI::App* keys = program.add_subcommand("keys", "The keys that seal credentials");
  keys->require_subcommand(1);
  CLI::App* make =
      keys->add_subcommand("new", "Print a line with a new key, for the end of the keys' file");
  make->add_option("id", id)->required();
  make->callback([] { std::cout << Keyring::new_line(id) << '\n'; });

  CLI::App* command = program.add_subcommand("integration", "The shops of the customer's sites");
  command->require_subcommand(1);
  CLI::App* add =
      add_verb(*command, "add", "Join a site to a shop; its credentials, JSON, on standard input");
  add->add_option("shop-url", shop_url)->required();
  add->callback([&settings] {
    const Keyring keyring = settings.keyring();
    const tenon::Secret credentials = read_input();
    print(settings.as_customer([&](tenon::Transaction& transaction) {
      return add_integration(transaction, keyring, site_domain, platform, shop_url, credentials);
    }));
  });
  CLI::App* one = add_verb(*command, "show", "Without the credentials");
  one->add_flag("--reveal", reveal, "The credentials instead");
  one->callback([&settings] { show(settings, reveal); });
  add_verb(*command, "remove", "For good")->callback([&settings] {
    settings.as_customer(
        [](tenon::Transaction& transaction) { remove_integration(transaction, site_domain, platform); });
  });
  command
      ->add_subcommand("rotate-key",
                       "Seal everybody's credentials under the newest key; for administrators")
      ->callback([&settings] { rotate_everybodys_key(settings); });
}

}  // namespace hosting
