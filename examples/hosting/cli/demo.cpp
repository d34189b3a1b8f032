// demo: a day of the product, from an empty database on.

#include <functional>
#include <iostream>
#include <string_view>

#include <tenon/enum_name.hpp>
#include <tenon/error.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>

#include "../accounts.hpp"
#include "../bill.hpp"
#include "../costs.hpp"
#include "../deployments.hpp"
#include "../integrations.hpp"
#include "../schema.hpp"
#include "../sites.hpp"
#include "commands.hpp"
#include "print_costs.hpp"

namespace hosting {
namespace {

using tenon::Transaction;

const tenon::Secret password("correct horse battery");
const std::string root = "root@house.example";

void say(std::string_view title) {
  std::cout << "== " << title << '\n';
}

// What comes of it, or how it is refused.
void attempt(std::string_view what, const std::function<std::string()>& work) {
  std::cout << what << ": ";
  try {
    std::cout << work() << '\n';
  } catch (const tenon::Error& error) {
    std::cout << tenon::to_string(error.kind()) << '\n';
  }
}

std::string rows(std::uint64_t count) {
  return std::to_string(count) + " rows";
}

struct Cast {
  Principal root;
  Principal ann;  // of acme, 41
  Principal bob;  // of globex, 42
  Principal eve;  // of globex, who only looks
};

Cast sign_up(const tenon::Database& database) {
  set_up(database, root, password);
  Cast cast{.root = sign_in(database, "0/" + root, password), .ann = {}, .bob = {}, .eve = {}};
  const User ann = new_user("ann@acme.example", UserRole::customer, password);
  const User bob = new_user("bob@globex.example", UserRole::customer, password);
  const User eve = new_user("eve@globex.example", UserRole::viewer, password);
  with_tenant_context(database, acting_for(cast.root, 41), [&](Transaction& acme) {
    add_customer(acme, "acme", Plan::business);
    add_user(acme, ann);
  });
  with_tenant_context(database, acting_for(cast.root, 42), [&](Transaction& globex) {
    add_customer(globex, "globex", Plan::basic);
    add_user(globex, bob);
    add_user(globex, eve);
  });
  cast.ann = sign_in(database, "41/ann@acme.example", password);
  cast.bob = sign_in(database, "42/bob@globex.example", password);
  cast.eve = sign_in(database, "42/eve@globex.example", password);
  attempt("a wrong password",
          [&] { return sign_in(database, "41/ann@acme.example", tenon::Secret("incorrect horse")).email; });
  return cast;
}

void run_sites(const tenon::Database& database, const Cast& cast) {
  say("ann of acme, customer 41");
  with_tenant_context(database, cast.ann, [](Transaction& acme) {
    add_site(acme, "shop.acme.example", "Shop", "aws");
    add_site(acme, "blog.acme.example", "Blog", "hetzner");
    begin_deployment(acme, "shop.acme.example", "1.0");
    move_deployment(acme, "shop.acme.example", 1, DeploymentStatus::building);
    move_deployment(acme, "shop.acme.example", 1, DeploymentStatus::live);
    begin_deployment(acme, "shop.acme.example", "1.1");
    move_deployment(acme, "shop.acme.example", 2, DeploymentStatus::failed, "out of disk");
    remove_site(acme, "blog.acme.example");
  });
  with_tenant_context(database, cast.bob,
                      [](Transaction& globex) { add_site(globex, "shop.globex.example", "Shop", "aws"); });
  with_tenant_context(database, cast.ann, [](Transaction& acme) {
    for (const Site& site : list_sites(acme, true))
      std::cout << site.domain << (site.deleted_at ? " (removed)" : "") << '\n';
    for (const Deployment& deployment : list_deployments(acme, "shop.acme.example"))
      std::cout << "  " << deployment.version << ' ' << tenon::enum_name(deployment.status) << '\n';
    for (const tenon::IncidentSummary& incident : tenon::IncidentStore(acme).list())
      std::cout << "  incident " << incident.alert_name << ' ' << tenon::enum_name(incident.status) << '\n';
    restore_site(acme, "blog.acme.example");
  });
}

void seal_credentials(const tenon::Database& database, const Cast& cast) {
  say("credentials");
  Keyring keyring;
  keyring.add(Keyring::new_line("2026-a"));
  const auto key_of = [&] {
    return with_tenant_context(database, cast.ann, [&](Transaction& acme) {
      const Integration shop = get_integration(acme, "shop.acme.example", Platform::shopify);
      return shop.key_id + ", " + std::to_string(shop.sealed_credentials.size()) +
             " sealed bytes, opened: " + credentials_of(acme, keyring, shop).reveal();
    });
  };
  with_tenant_context(database, cast.ann, [&](Transaction& acme) {
    add_integration(acme, keyring, "shop.acme.example", Platform::shopify, "https://acme.myshopify.example",
                    tenon::Secret(R"({"token": "shpat_1"})"));
  });
  std::cout << key_of() << '\n';
  keyring.add(Keyring::new_line("2026-b"));
  with_tenant_context(database, acting_for(cast.root, 41),
                      [&](Transaction& acme) { return rotate_key(acme, keyring); });
  std::cout << key_of() << '\n';
}

void keep_apart(const tenon::Database& database, const Cast& cast) {
  const auto as = [&](const Principal& who, const auto& work) {
    return [&database, &who, &work] { return with_tenant_context(database, who, work); };
  };
  say("bob of globex, customer 42");
  const auto sites = [](Transaction& globex) { return std::to_string(list_sites(globex).size()); };
  attempt("sites that bob sees", as(cast.bob, sites));
  const auto deploy = [](Transaction& globex) {
    return begin_deployment(globex, "shop.acme.example", "2.0").version;
  };
  attempt("deploy to shop.acme.example", as(cast.bob, deploy));
  for (const char* sql : {"UPDATE sites SET domain = 'stolen.example' WHERE domain = 'shop.acme.example'",
                          "UPDATE sites SET customer_id = 41", "DELETE FROM ecommerce_integrations"}) {
    const auto work = [&](Transaction& globex) { return rows(globex.execute(sql)); };
    attempt(sql, as(cast.bob, work));
  }
  const auto crown = [](Transaction& globex) {
    return rows(
        globex.execute("UPDATE users SET role = 'administrator' WHERE email = 'bob@globex.example'"));
  };
  attempt("make bob an administrator", as(cast.bob, crown));
  const auto add = [](Transaction& globex) {
    return add_site(globex, "x.globex.example", "X", "aws").domain;
  };
  attempt("eve, a viewer, adds a site", as(cast.eve, add));
  attempt("bob reads the report of all", [&] {
    return with_administrator_context(database, cast.bob, [](const tenon::AdministratorScope& everybody) {
      return std::to_string(everybody.count<Site>());
    });
  });
}

void count_costs(const tenon::Database& database, const Cast& cast) {
  using namespace std::chrono;
  const sys_days first = 2026y / 11 / 1;
  const auto cost = [](std::size_t line, std::int64_t customer, const char* domain, sys_days day,
                       const char* amount) {
    return BillLine{line, customer, domain, day, tenon::Decimal(amount)};
  };
  const std::vector<BillLine> bill{cost(2, 41, "shop.acme.example", first, "0.1"),
                                   cost(3, 41, "shop.acme.example", first + days{1}, "0.2"),
                                   cost(4, 41, "blog.acme.example", first, "7.2500"),
                                   cost(5, 42, "shop.globex.example", first, "120.0049")};
  import_bill(database, cast.root, bill);
  import_bill(database, cast.root, bill);  // once more, for nothing
  say("november of acme");
  print_costs(with_tenant_context(database, cast.ann,
                                  [](Transaction& acme) { return costs_of_month(acme, 2026y / 11); }));
  say("november of all");
  print_costs(
      with_administrator_context(database, cast.root, [](const tenon::AdministratorScope& everybody) {
        return costs_of_customers(everybody, 2026y / 11);
      }));
}

}  // namespace

void add_demo(CLI::App& program, const Settings& settings) {
  program.add_subcommand("demo", "A day of the product, in an empty database")->callback([&settings] {
    tenon::Database database = settings.open();
    migrate(database);
    const Cast cast = sign_up(database);
    run_sites(database, cast);
    seal_credentials(database, cast);
    keep_apart(database, cast);
    count_costs(database, cast);
  });
}

}  // namespace hosting
