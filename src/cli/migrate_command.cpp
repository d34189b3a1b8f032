#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <pwd.h>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <tenon/migration_source.hpp>
#include <tenon/migrator.hpp>

#include "commands.hpp"
#include "direct_url.hpp"
#include "json_list.hpp"
#include "migrate_output.hpp"
#include "migrate_progress.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

// The options of `migrate` and of the command below it that is run.
struct MigrateOptions {
  std::string component;
  std::string source;
  double lock_timeout = 60;  // seconds
  bool out_of_order = false;
  std::optional<std::int64_t> to;
  std::optional<std::size_t> steps;
  std::int64_t version = 0;
  std::string reason;
  std::string name;
  std::string tool;
  std::string table;
  std::string dirty = "refuse";
  std::vector<std::string> map;
};

// "login@host": whom the history names.
std::string whoami() {
  const passwd* const entry = getpwuid(geteuid());  // NOLINT(concurrency-mt-unsafe): one thread
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  return (entry != nullptr ? std::string(entry->pw_name) : std::to_string(geteuid())) + "@" + host;
}

class MigrateCommand {
 public:
  MigrateCommand(Session& session, const MigrateOptions& options)
      : session_(session), options_(options), progress_(session.settings.json) {
    session_.works_on_whole_database = true;
    session_.accept_findings = {"*"};  // no tenant's statement runs, and a migration may be what mends them
  }

  void up() {
    Migrator migrator = this->migrator();
    done(options_.to ? migrator.up(*options_.to) : migrator.up());
  }
  void down() {
    if (options_.to && options_.steps) throw UsageError("down takes a count or --to, not both");
    Migrator migrator = this->migrator();
    done(options_.to ? migrator.down_to(*options_.to) : migrator.down(options_.steps.value_or(1)));
  }
  void to() { done(migrator().to(options_.version)); }

  void plan() {
    if (options_.to && options_.steps) throw UsageError("plan takes --to or --down, not both");
    Migrator migrator = this->migrator();
    const auto steps = options_.to      ? migrator.plan_to(*options_.to)
                       : options_.steps ? migrator.plan_down(*options_.steps)
                                        : migrator.plan();
    write(json() ? plan_json(steps) : plan_text(steps));
  }
  void status() {
    Migrator migrator = this->migrator();
    const auto all = migrator.status();
    const auto problems = migrator.validate();
    write(json() ? status_json(component(), all, problems) : status_text(all, problems));
  }
  void history() {
    const auto events = migrator(false).history();
    write(json() ? history_json(events) : history_text(events));
  }
  void version() {
    const std::string version = std::to_string(migrator(false).version());
    write(json() ? "{\"component\":" + json_text(component()) + ",\"version\":" + version + "}\n"
                 : version + "\n");
  }
  void validate() {
    const auto problems = migrator().validate();
    write(json()             ? problems_json(problems)
          : problems.empty() ? "Database and migrations agree.\n"
                             : problems_text(problems));
    flush_output();
    if (!problems.empty()) throw Failure("database and migrations do not agree; see above");
  }

  void baseline() { recorded(migrator().baseline(options_.version, options_.reason)); }
  void force() { recorded(migrator().force(options_.version, options_.reason)); }
  void repair() {
    const auto mended = migrator().repair(options_.reason);
    if (json()) return write(problems_json(mended));
    if (mended.empty()) return write("Nothing to repair.\n");
    for (const MigrationProblem& problem : mended)
      write("Repaired " + problem.code + ": " + printable(problem.what) + "\n");
  }
  void adopt() {
    AdoptOptions how;
    how.table = options_.table;
    how.dirty = *parse_enum<DirtyVersion>(options_.dirty);
    std::string tool = options_.tool;
    for (char& c : tool)
      if (c == '-') c = '_';
    if (!tool.empty()) how.tool = parse_enum<MigrationTool>(tool);
    for (const std::string& entry : options_.map) {
      const std::size_t equals = entry.rfind('=');
      const std::string number = equals == std::string::npos ? "" : entry.substr(equals + 1);
      if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos ||
          number.size() > 18)
        throw UsageError("--map takes NAME=VERSION, not " + entry);
      how.versions[entry.substr(0, equals)] = std::stoll(number);
    }
    recorded(migrator().adopt(how));
  }
  void create() {
    if (options_.source.empty()) throw UsageError("create needs the folder: --source DIR");
    const auto [up, down] = create_migration(options_.source, options_.name);
    write(json() ? "{\"up\":" + json_text(up.string()) + ",\"down\":" + json_text(down.string()) + "}\n"
                 : printable(up.string()) + "\n" + printable(down.string()) + "\n");
  }

 private:
  [[nodiscard]] bool json() const { return session_.settings.json; }
  [[nodiscard]] std::string component() const {
    if (!options_.component.empty()) return options_.component;
    return options_.source.empty() ? "tenon" : "app";
  }

  // `with_files`: the command looks at the migrations' texts.
  [[nodiscard]] Migrator migrator(bool with_files = true) {
    const std::string name = component();
    if (name == "tenon" && !options_.source.empty())
      throw UsageError("component tenon is compiled in; give --source with a component of your own");
    if (name != "tenon" && options_.source.empty() && with_files)
      throw UsageError("component " + name + " needs the folder of its migrations: --source DIR");
    std::vector<Migration> files;
    if (!options_.source.empty()) files = read_migrations(options_.source);
    session_.require_use_of_direct_url();
    Migrator migrator = name == "tenon" ? session_.database().migrator()
                                        : session_.database().migrator(name, std::move(files));
    migrator.lock_timeout(std::chrono::milliseconds(static_cast<long long>(options_.lock_timeout * 1000)))
        .allow_out_of_order(options_.out_of_order)
        .actor(whoami())
        .observer(progress_.observer());
    return migrator;
  }

  void done(const MigrationReport& report) { write(json() ? report_json(report) : report_text(report)); }
  void recorded(const MigrationReport& report) {
    write(json() ? report_json(report) : record_text(report));
  }

  Session& session_;
  const MigrateOptions& options_;
  MigrateProgress progress_;
};

using Verb = void (MigrateCommand::*)();

// Adds the commands below `migrate`, all with one set of options.
class Builder {
 public:
  Builder(CLI::App& migrate, Session& session)
      : migrate_(migrate), session_(session), options_(std::make_shared<MigrateOptions>()) {
    migrate_.add_option("--component", options_->component,
                        "Whose migrations: tenon is tenon's own; with --source the default is app");
    migrate_.add_option("--source", options_->source, "The folder of the migrations");
    add_direct_url(migrate_, session_);
    migrate_
        .add_option("--lock-timeout", options_->lock_timeout,
                    "Seconds to wait for another migrator; default: 60")
        ->check(CLI::Range(0.0, 86'400.0));
  }

  CLI::App* add(const char* name, const char* description, Verb verb) {
    CLI::App* const command = migrate_.add_subcommand(name, description);
    command->fallthrough();
    command->callback([&session = session_, options = options_, verb] {
      MigrateCommand run(session, *options);
      (run.*verb)();
    });
    return command;
  }
  [[nodiscard]] MigrateOptions& options() const { return *options_; }

 private:
  CLI::App& migrate_;
  Session& session_;
  std::shared_ptr<MigrateOptions> options_;
};

void add_running(Builder& builder) {
  MigrateOptions& o = builder.options();
  const auto version = CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max());
  CLI::App* up = builder.add("up", "Bring the schema to its newest version", &MigrateCommand::up);
  up->add_option("--to", o.to, "No further than this version")->check(version);
  CLI::App* down = builder.add("down", "Take the newest migrations back", &MigrateCommand::down);
  down->add_option("count", o.steps, "How many; default: 1")->check(CLI::PositiveNumber);
  down->add_option("--to", o.to, "All that are newer than this version; 0: all")->check(version);
  builder.add("to", "Go up or down to a version", &MigrateCommand::to)
      ->add_option("version", o.version)
      ->required()
      ->check(version);
  CLI::App* plan = builder.add("plan", "Show what would run, with its SQL", &MigrateCommand::plan);
  plan->add_option("--to", o.to, "As `to VERSION` would")->check(version);
  plan->add_option("--down", o.steps, "As `down COUNT` would")->check(CLI::PositiveNumber);
  for (CLI::App* command : {up, plan,
                            builder.add("validate",
                                        "Look for what keeps `up` from working; exit "
                                        "code 1 when there is something",
                                        &MigrateCommand::validate)})
    command->add_flag("--allow-out-of-order", o.out_of_order,
                      "Apply files that are older than the newest applied");
}

void add_looking(Builder& builder) {
  builder.add("status", "Show every migration and where it stands", &MigrateCommand::status);
  builder.add("history", "Show everything that happened to the component", &MigrateCommand::history);
  builder.add("version", "Show the newest applied version", &MigrateCommand::version);
}

void add_recording(Builder& builder) {
  MigrateOptions& o = builder.options();
  CLI::App* baseline =
      builder.add("baseline", "Count the migrations up to a version as applied", &MigrateCommand::baseline);
  baseline->alias("stamp");
  CLI::App* force =
      builder.add("force", "Set the record to a version, whatever is in the database; runs nothing",
                  &MigrateCommand::force);
  CLI::App* repair =
      builder.add("repair", "Accept changed files, forget vanished ones, drop invalid indexes",
                  &MigrateCommand::repair);
  for (CLI::App* command : {baseline, force})
    command->add_option("version", o.version)->required()->check(CLI::NonNegativeNumber);
  for (CLI::App* command : {baseline, repair})
    command->add_option("--reason", o.reason, "Why; kept in the history");
  force->add_option("--reason", o.reason, "Why; kept in the history")->required();
  builder.add("create", "Make the two files of a new migration", &MigrateCommand::create)
      ->add_option("name", o.name)
      ->required();
  CLI::App* adopt = builder.add(
      "adopt", "Take over the history of golang-migrate, Flyway, goose or Alembic", &MigrateCommand::adopt);
  adopt->add_option("--from", o.tool, "The tool; default: the one whose table is there")
      ->check(CLI::IsMember({"golang-migrate", "flyway", "goose", "alembic"}));
  adopt->add_option("--table", o.table, "Its table, when it is called differently");
  adopt->add_option("--dirty", o.dirty, "golang-migrate's dirty version counts as applied or pending")
      ->check(CLI::IsMember({"refuse", "applied", "pending"}));
  adopt->add_option("--map", o.map, "NAME=VERSION: the migration that a version of the tool stands for");
}

}  // namespace

void add_migrate_command(CLI::App& program, Session& session) {
  CLI::App* command = program.add_subcommand("migrate", "Make, update and look after a schema");
  command->require_subcommand(1);
  command->fallthrough();
  Builder builder(*command, session);
  add_running(builder);
  add_looking(builder);
  add_recording(builder);
}

}  // namespace tenon::cli
