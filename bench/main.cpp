#include <cstdlib>
#include <iostream>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "data.hpp"
#include "options.hpp"
#include "places.hpp"
#include "report.hpp"
#include "scenarios.hpp"

namespace tenon_bench {
namespace {

constexpr std::string_view usage =
    R"(usage: tenon_bench [OPTION...]
Times tenon beside the databases' C APIs and prints the ratios.

  --postgres URL          measure PostgreSQL there, in a database made for the run and dropped after it;
                          the login needs CREATEDB and, where the roles of tenon are missing, CREATEROLE.
                          Default: TENON_BENCH_POSTGRES_URL; without either, SQLite alone
  --dir DIRECTORY         where SQLite's files are made and removed; default: the one for temporary files
  --synchronous MODE      of SQLite's commits: normal, full or both (default)
  --raw-checkpoint PAGES  wal_autocheckpoint of raw SQLite; default: 1000, as SQLite has it
  --json FILE             writes every repetition there as well, in Google Benchmark's JSON
and the options of Google Benchmark, for example
  --benchmark_filter=sqlite/get  --benchmark_repetitions=9  --benchmark_min_time=1
)";

class Arguments {
 public:
  Arguments(int count, char** values) : values_(values + 1, values + count) {}

  Options take_options() {
    Options options;
    if (const char* url = std::getenv("TENON_BENCH_POSTGRES_URL")) options.postgres_url = url;
    for (at_ = 0; at_ < values_.size();) {
      if (take("--postgres")) {
        options.postgres_url = taken_;
      } else if (take("--dir")) {
        options.directory = taken_;
      } else if (take("--synchronous")) {
        if (taken_ != "normal" && taken_ != "full" && taken_ != "both")
          throw std::runtime_error("--synchronous is normal, full or both");
        if (taken_ != "both") options.synchronous = {taken_};
      } else if (take("--raw-checkpoint")) {
        options.checkpoint_pages = std::stoi(taken_);
      } else if (take("--json")) {
        options.json_file = taken_;
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
  static std::vector<std::string> texts{program, "--benchmark_enable_random_interleaving=true",
                                        "--benchmark_repetitions=5"};
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

// One scenario after the other, so that the repetitions of its contenders, in random order among each
// other, lie close together in time: disks and neighbours on the machine have moods.
void run_scenarios(RatioReporter& reporter) {
  const std::string wanted = benchmark::GetBenchmarkFilter();
  const std::regex filter(wanted.empty() || wanted == "all" ? "." : wanted);
  for (const ScenarioNames& scenario : added_scenarios()) {
    std::string names;
    for (const std::string& name : scenario.benchmarks) {
      if (!std::regex_search(name, filter)) continue;
      names += (names.empty() ? "" : "|") + name;
      reporter.expect(name);
    }
    if (names.empty()) continue;
    std::cerr << scenario.scenario << '\n';
    benchmark::RunSpecifiedBenchmarks(&reporter, "^(" + names + ")(/|$)");
  }
  reporter.finish();
}

int run(int argc, char** argv) {
  Arguments arguments(argc, argv);
  const Options options = arguments.take_options();
  for (const std::string& argument : arguments.rest()) {
    if (argument != "--help" && argument != "-h") continue;
    std::cout << usage;
    return EXIT_SUCCESS;
  }
  if (!initialize_benchmark(argv[0], arguments.rest())) return 2;
  const std::vector<std::unique_ptr<Place>> places = prepare(options);
  RatioReporter reporter(options.json_file);
  run_scenarios(reporter);
  benchmark::ClearRegisteredBenchmarks();  // closes the contenders before their places go
  benchmark::Shutdown();
  return reporter.failed() ? EXIT_FAILURE : EXIT_SUCCESS;
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
