#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "contenders/peers.hpp"
#include "data.hpp"
#include "options.hpp"
#include "places.hpp"
#include "report.hpp"
#include "scenarios.hpp"
#include "targets.hpp"
#include "versions.hpp"

namespace tenon_bench {
namespace {

constexpr std::string_view usage =
    R"(usage: tenon_bench [OPTION...]
Times tenon beside the databases' C APIs and prints the ratios.

  --postgres URL          measure PostgreSQL there, in a database made for the run and dropped after it;
                          the login needs CREATEDB and, where the roles of tenon are missing, CREATEROLE.
                          Default: TENON_BENCH_POSTGRES_URL; without either, SQLite alone
  --postgres-tcp URL      the same server through TCP on this machine, postgresql://user@127.0.0.1:port/database:
                          adds TCP, and a server at a distance of 1 ms
  --one-processor         the server answers on the client's processor: what a call costs without the wait for
                          a wake-up. Default: on another, as in operation
  --dir DIRECTORY         where SQLite's files are made and removed; default: the one for temporary files
  --synchronous MODE      of SQLite's commits: normal, full or both (default)
  --raw-checkpoint PAGES  wal_autocheckpoint of raw SQLite; default: 1000, as SQLite has it
  --json FILE             writes every repetition there as well, in Google Benchmark's JSON
  --markdown FILE         writes the table there as well
  --plot FILE             writes the ratios of tenon to raw for gnuplot
  --growth FILE           writes the growth scenarios' times by the number of rows for gnuplot
  --quick                 fewer rows, batches, scales and repetitions
  --largest-scale ROWS    of the growth scenarios; default: 1000000
  --check                 prints each target with its figure; fails when one is missed, and, in a whole run,
                          when one was not measured
  --benchmark_repetitions COUNT   default: 31 of what a target holds, 15 of the rest, 7 of what takes seconds;
                          with --quick 7 and 3
and the options of Google Benchmark, for example
  --benchmark_filter=sqlite/get  --benchmark_min_time=1
)";

class Arguments {
 public:
  Arguments(int count, char** values) : values_(values + 1, values + count) {}

  Options take_options() {
    Options options;
    if (const char* url = std::getenv("TENON_BENCH_POSTGRES_URL")) options.postgres_url = url;
    if (const char* url = std::getenv("TENON_BENCH_POSTGRES_TCP_URL")) options.postgres_tcp_url = url;
    for (at_ = 0; at_ < values_.size();) {
      if (take("--postgres")) {
        options.postgres_url = taken_;
      } else if (take("--postgres-tcp")) {
        options.postgres_tcp_url = taken_;
      } else if (take("--dir")) {
        options.directory = taken_;
      } else if (take("--synchronous")) {
        if (taken_ != "normal" && taken_ != "full" && taken_ != "both")
          throw std::runtime_error("--synchronous is normal, full or both");
        if (taken_ != "both") options.synchronous = {taken_};
      } else if (take("--raw-checkpoint")) {
        options.checkpoint_pages = std::stoi(taken_);
      } else if (take("--benchmark_repetitions")) {
        options.repetitions = std::stoi(taken_);
        if (options.repetitions < 1) throw std::runtime_error("--benchmark_repetitions is 1 or more");
      } else if (take("--json")) {
        options.json_file = taken_;
      } else if (take("--markdown")) {
        options.markdown_file = taken_;
      } else if (take("--plot")) {
        options.plot_file = taken_;
      } else if (take("--growth")) {
        options.growth_file = taken_;
      } else if (take("--largest-scale")) {
        options.largest_scale = std::stoul(taken_);
      } else if (flag("--quick")) {
        options.quick = true;
      } else if (flag("--one-processor")) {
        options.one_processor = true;
      } else if (flag("--check")) {
        options.check = true;
      } else {
        ++at_;
      }
    }
    return options;
  }
  [[nodiscard]] const std::vector<std::string>& rest() const noexcept { return values_; }

 private:
  // `--name VALUE` or `--name=VALUE` at the current place.
  bool take(std::string_view name) {
    const std::string& value = values_[at_];
    if (value == name) {
      if (at_ + 1 == values_.size()) throw std::runtime_error(std::string(name) + " needs a value");
      taken_ = values_[at_ + 1];
      erase(2);
      return true;
    }
    if (!value.starts_with(std::string(name) + "=")) return false;
    taken_ = value.substr(name.size() + 1);
    erase(1);
    return true;
  }
  bool flag(std::string_view name) {
    if (values_[at_] != name) return false;
    erase(1);
    return true;
  }
  void erase(std::size_t count) {
    const auto first = values_.begin() + static_cast<std::ptrdiff_t>(at_);
    values_.erase(first, first + static_cast<std::ptrdiff_t>(count));
  }

  std::vector<std::string> values_;
  std::size_t at_ = 0;
  std::string taken_;
};

// Google Benchmark's own options; ours come first so that the user's replace them. It keeps a pointer to
// the program's name.
bool initialize_benchmark(const char* program, const std::vector<std::string>& given) {
  static std::vector<std::string> texts{program, min_time("0.05")};
  texts.insert(texts.end(), given.begin(), given.end());
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

std::vector<std::unique_ptr<Place>> prepare([[maybe_unused]] const Options& options) {
  std::cout << "tenon_bench: " << tenant_count << " tenants of " << rows_per_tenant
            << " analyses with 1 KB of JSON each; " << std::thread::hardware_concurrency()
            << " processors; one thread, contenders interleaved\n";
#ifndef NDEBUG
  std::cout << "This is no release build: the figures mean nothing.\n";
#endif
  for (const std::string_view peer : missing_peers())
    std::cout << peer << " was not installed when this was built and is left out\n";
  std::vector<std::unique_ptr<Place>> places;
#ifdef TENON_BENCH_SQLITE
  places.push_back(prepare_sqlite(options));
#endif
#ifdef TENON_BENCH_POSTGRES
  if (options.postgres_url.empty()) {
    std::cout << "PostgreSQL is left out: name one with --postgres URL\n";
  } else {
    places.push_back(prepare_postgres(options));
  }
#endif
  std::cout << std::flush;
  return places;
}

// The first SIGINT or SIGTERM ends the run after the repetition, so that databases and files are removed;
// the second one ends the process.
volatile std::sig_atomic_t interrupted = 0;

void end_when_interrupted() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

// One scenario after the other, and of each one repetition of every contender after the other, in another
// order each time: disks and neighbours on the machine have moods, and ratios are of repetitions that lie
// close together.
void run_scenario(Reporter& reporter, const std::vector<const AddedScenario::Contender*>& contenders,
                  const Options& options, bool promised) {
  static std::minstd_rand random;
  std::vector<const AddedScenario::Contender*> order = contenders;
  for (int repetition = 0; repetition < options.repetitions_of(false, promised); ++repetition) {
    std::shuffle(order.begin(), order.end(), random);
    for (const AddedScenario::Contender* one : order) {
      if (one->takes_seconds && repetition >= options.repetitions_of(true, promised)) continue;
      if (interrupted) throw std::runtime_error("interrupted");
      benchmark::RunSpecifiedBenchmarks(&reporter, "^" + one->benchmark + "(/|$)");
    }
  }
  for (const AddedScenario::Contender* one : contenders)
    if (one->close) one->close();
}

bool is_promised(const AddedScenario& scenario) {
  return std::any_of(targets().begin(), targets().end(),
                     [&](const Target& target) { return target.scenario == scenario.name; });
}

// Of all scenarios.
bool is_unfiltered() {
  const std::string filter = benchmark::GetBenchmarkFilter();
  return filter.empty() || filter == "all" || filter == ".";
}

void run_scenarios(Reporter& reporter, const std::vector<std::unique_ptr<Place>>& places,
                   const Options& options) {
  const std::regex filter(is_unfiltered() ? "." : benchmark::GetBenchmarkFilter());
  for (const AddedScenario& scenario : added_scenarios()) {
    std::vector<const AddedScenario::Contender*> contenders;
    for (const AddedScenario::Contender& one : scenario.contenders) {
      if (!std::regex_search(one.benchmark, filter)) continue;
      contenders.push_back(&one);
      reporter.expect(one.benchmark);
    }
    if (contenders.empty()) continue;
    std::cerr << scenario.name << '\n';
    for (const auto& place : places) place->before(scenario.name);
    run_scenario(reporter, contenders, options, is_promised(scenario));
  }
  reporter.finish();
}

template <class Write>
void write_file(const std::string& name, Write write) {
  if (name.empty()) return;
  std::ofstream file(name);
  write(file);
  if (!file.flush()) throw std::runtime_error("cannot write " + name);
}

// False when targets were asked for and not met.
bool write(const Results& results, const Options& options) {
  std::cout << '\n';
  results.write_table(std::cout);
  write_file(options.markdown_file, [&](std::ostream& out) { results.write_table(out); });
  write_file(options.plot_file, [&](std::ostream& out) { results.write_plot(out); });
  write_file(options.growth_file, [&](std::ostream& out) { results.write_growth(out); });
  if (!options.check) return true;
  std::cout << '\n';
  const Results::Checked checked = results.check(std::cout);
  return checked.missed == 0 && (checked.not_measured == 0 || !options.whole() || !is_unfiltered());
}

// Closes them before their places go.
struct Contenders {
  Contenders() = default;
  Contenders(const Contenders&) = delete;
  Contenders& operator=(const Contenders&) = delete;
  ~Contenders() {
    for (const AddedScenario& scenario : added_scenarios())
      for (const AddedScenario::Contender& one : scenario.contenders)
        if (one.close) one.close();
    benchmark::ClearRegisteredBenchmarks();
  }
};

int run(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const Options options = arguments.take_options();
  for (const std::string& argument : arguments.rest()) {
    if (argument != "--help" && argument != "-h") continue;
    std::cout << usage;
    return EXIT_SUCCESS;
  }
  if (!initialize_benchmark(argv[0], arguments.rest())) return 2;
  end_when_interrupted();
  const std::vector<std::unique_ptr<Place>> places = prepare(options);
  const Contenders contenders;
  Reporter reporter(options.json_file);
  run_scenarios(reporter, places, options);
  benchmark::Shutdown();
  const bool met = write(reporter.results(), options);
  return reporter.failed() || !met ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace
}  // namespace tenon_bench

int main(int argc, char** argv) {
  try {
    return tenon_bench::run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "tenon_bench: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
