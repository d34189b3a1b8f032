// A trading desk that learns which signals to trust. See README.md.

#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tenon/pool_preset.hpp>
#include <tenon/tenon.hpp>

#include "../common/output.hpp"
#include "auth.hpp"
#include "desk.hpp"
#include "reports.hpp"

namespace trading {
#ifdef WITH_SQLITE
std::span<const tenon::EmbeddedMigration> sqlite_migrations();
#endif
#ifdef WITH_POSTGRES
std::span<const tenon::EmbeddedMigration> postgres_migrations();
#endif
}  // namespace trading

namespace {

std::span<const tenon::EmbeddedMigration> migrations_for(const tenon::Config& config) {
  const std::string scheme = config.scheme();
#ifdef WITH_SQLITE
  if (scheme == "sqlite") return trading::sqlite_migrations();
#endif
#ifdef WITH_POSTGRES
  if (scheme.starts_with("postgres")) return trading::postgres_migrations();
#endif
  throw std::runtime_error("there are no migrations for " + scheme);
}

struct Settings {
  std::string url;
  std::string desk;
  std::size_t workers = 1;
  std::optional<tenon::PoolPreset> preset;  ///< nothing: the pool as the environment or URL says

  [[nodiscard]] tenon::Config configuration() const {
    tenon::Config config = url.empty() ? tenon::Config::from_env() : tenon::Config::from_url(url);
    if (preset) config.pool = tenon::pool_options(*preset);
    return config;
  }
  // All workers start at once; one of them migrates and the others wait for it.
  [[nodiscard]] tenon::Database open() const {
    const tenon::Config config = configuration();
    tenon::Database database = tenon::Database::open(config);
    database.migrate();
    std::vector<tenon::Migration> own;
    for (const tenon::EmbeddedMigration& step : migrations_for(config))
      own.push_back({step.version, std::string(step.name), std::string(step.up), std::string(step.down)});
    database.migrator("trading", std::move(own)).up();
    return database;
  }
  [[nodiscard]] tenon::TenantScope scope() const { return open().scope(tenon::TenantContext{desk}); }
};

struct TradeOptions {
  std::string secret;
  std::string prices;
  std::size_t first = 0;
  std::size_t step = 1;
  std::uint64_t seed = 1;
};

void trade(const Settings& settings, const TradeOptions& options) {
  const Market market = Market::read(options.prices);
  const tenon::TenantScope scope = settings.scope();
  authorize(scope, options.secret, "trade");
  const std::size_t trades = Desk(scope, market, options.seed).trade(options.first, options.step);
  std::cout << trades << " trades\n";
}

// Found out without a migration. A database that cannot be opened is an answer as well.
tenon::Health health_of(const Settings& settings) {
  try {
    return tenon::Database::open(settings.configuration()).health();
  } catch (const tenon::Error& error) {
    tenon::Health health;
    health.error = error.what();
    return health;
  }
}

void add_keys(CLI::App& program, const Settings& settings) {
  static std::string argument;
  static std::vector<std::string> permissions;
  CLI::App* keys = program.add_subcommand("keys", "API keys of the desk");
  keys->require_subcommand(1);
  CLI::App* create = keys->add_subcommand("create", "Print a new key's secret, this once");
  create->add_option("label", argument)->required();
  create->add_option("--permission", permissions)->required();
  create->callback([&settings] {
    const IssuedKey issued = issue_key(settings.scope(), argument, permissions);
    std::cout << to_string(issued.key.id) << ' ' << issued.secret << '\n';
  });
  CLI::App* revoke = keys->add_subcommand("revoke", "Never let it in again");
  revoke->add_option("id", argument)->required();
  revoke->callback([&settings] {
    const auto id = tenon::Uuid::parse(argument);
    if (!id || !revoke_key(settings.scope(), *id))
      throw std::runtime_error("there is no key to revoke: " + argument);
  });
  keys->add_subcommand("list", "Labels and permissions")->callback([&settings] {
    print_keys(settings.scope());
  });
}

void add_backup(CLI::App& program, const Settings& settings) {
  static std::string directory;
  static tenon::BackupOptions options;
  CLI::App* backup =
      program.add_subcommand("backup", "Write all desks' rows to a new file; remove old ones");
  backup->add_option("directory", directory, "Where the backups of this database lie")->required();
  backup->add_option("--keep", options.keep_newest, "So many of the newest stay")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  backup->callback([&settings] {
    std::cout << tenon::to_json(tenon::Database::open(settings.configuration()).backup(directory, options))
              << '\n';
  });
}

void add_commands(CLI::App& program, const Settings& settings) {
  static TradeOptions options;
  CLI::App* run = program.add_subcommand("trade", "Trade through a file of closing prices");
  run->add_option("--secret", options.secret, "Of a key that may trade")
      ->envname("TRADING_SECRET")
      ->required();
  run->add_option("--prices", options.prices)->required();
  // CLI11 would take -1 as the largest number there is.
  run->add_option("--first", options.first, "Bar to begin with")->check(CLI::Range(0, 1'000'000));
  run->add_option("--step", options.step, "Take every so many bars; workers share them")
      ->check(CLI::Range(1, 1'000'000));
  run->add_option("--seed", options.seed);
  run->callback([&settings] { trade(settings, options); });
  program.add_subcommand("report", "What was earned and learnt")->callback([&settings] {
    print_report(settings.scope());
  });
  program.add_subcommand("sweep", "Remove expired decisions")->callback([&settings] {
    std::cout << sweep_cache(settings.scope()) << " expired decisions removed\n";
  });
  program.add_subcommand("health", "The database's health as JSON")->callback([&settings] {
    const tenon::Health health = health_of(settings);
    std::cout << tenon::to_json(health) << '\n';
    if (!health.available) throw std::runtime_error("the database is not available");
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("A trading desk that learns which signals to trust.", "trading_feedback");
  Settings settings;
  const std::map<std::string, tenon::PoolPreset> presets{
      {"development", tenon::PoolPreset::development},
      {"high_load", tenon::PoolPreset::high_load},
      {"single_worker", tenon::PoolPreset::single_worker}};
  program.add_option("--desk", settings.desk, "Whose keys, trades and statistics")->required();
  program.add_option("--url", settings.url, "Instead of DATABASE_URL; sqlite:PATH or postgresql://…");
  program
      .add_option_function<std::string>(
          "--pool", [&](const std::string& name) { settings.preset = presets.at(name); },
          "In place of what the environment or URL says")
      ->check(CLI::IsMember(presets));
  program.require_subcommand(1);
  add_keys(program, settings);
  add_commands(program, settings);
  add_backup(program, settings);
  try {
    program.parse(argc, argv);
    common::flush_output();
    return 0;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "trading_feedback: " << error.what() << '\n';
    return 1;
  }
}
