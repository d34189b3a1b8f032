#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tenon/analysis_store.hpp>
#include <tenon/uuid.hpp>

#include "commands.hpp"
#include "interruption.hpp"
#include "json_list.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t page_rows = 50;
constexpr std::size_t batch_rows = 1000;

struct BenchOptions {
  std::vector<std::string> against;
  double seconds = 1;  // for each operation
};

/// How long one operation takes; times in microseconds.
struct OperationTimes {
  std::string database;
  std::string operation;
  std::int64_t runs = 0;
  double median = 0;
  double p99 = 0;
};
BOOST_DESCRIBE_STRUCT(OperationTimes, (), (database, operation, runs, median, p99))

struct AnalysisId {
  Uuid id;
};
BOOST_DESCRIBE_STRUCT(AnalysisId, (), (id))

Analysis example() {
  Analysis analysis;
  analysis.id = Uuid::time_ordered();
  analysis.request_id = to_string(analysis.id);
  analysis.started_at = now();
  analysis.iac_type = "terraform";
  analysis.environment = "bench";
  analysis.estimated_monthly_cost = 742.64;
  std::string result = R"({"resources":[)";
  while (result.size() < 1000) result += R"({"name":"aws_instance.web","monthlyCost":70.08},)";
  result.back() = ']';
  analysis.result_json = Json{result + "}"};
  return analysis;
}

std::string fresh_tenant(TenantIds ids) {
  const Uuid random = Uuid::random();
  switch (ids) {
    case TenantIds::uuid:
      return to_string(random);
    case TenantIds::integer: {
      std::uint64_t number = 0;
      for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | random.bytes[i];
      return std::to_string(number >> 1U);  // a bigint that is not negative
    }
    case TenantIds::text:
      break;
  }
  return "tenon-bench-" + to_string(random);
}

// Works for a tenant of its own, whose rows go with it.
class Bench {
 public:
  Bench(Database& database, std::string name, double seconds)
      : name_(std::move(name)),
        tenant_(fresh_tenant(database.config().tenant_ids)),
        seconds_(seconds),
        store_(database.scope(TenantContext{tenant_})) {}

  // Its rows go, whatever happens.
  std::vector<OperationTimes> run() {
    try {
      time_all();
    } catch (const std::exception&) {
      remove_rows();
      throw;
    }
    remove_rows();
    return std::move(results_);
  }

 private:
  void remove_rows() {
    if (!wrote_) return;
    try {
      const auto some = where(field<&Analysis::request_id> != "").limit(batch_rows);
      for (auto page = store_.find<AnalysisId>(some); !page.items.empty();
           page = store_.find<AnalysisId>(some)) {
        std::vector<Uuid> ids;
        for (const AnalysisId& row : page) ids.push_back(row.id);
        (void)store_.remove_where(field<&Analysis::id>.in(std::move(ids)));
      }
    } catch (const std::exception& failure) {
      throw Failure("rows of the benchmark are left over in " + name_ + " as tenant " + tenant_ + ": " +
                    failure.what());
    }
  }

  // What reads comes first, so that all databases have the same rows before them.
  void time_all() {
    std::vector<Analysis> batch(batch_rows);
    for (Analysis& one : batch) one = example();
    (void)store_.insert_all(batch);
    wrote_ = true;
    time_reads(ids_of(batch));
    time(
        "update", [&] { return batch[next_++ % batch.size()]; },
        [&](Analysis& one) { store_.update(one); });
    time(
        "insert", [] { return example(); }, [&](Analysis& one) { (void)store_.insert(one); });
    time("insert 1000 rows", [&] {
      for (Analysis& one : batch) one = example();
      return timed([&] { (void)store_.insert_all(batch); });
    });
  }

  void time_reads(const std::vector<Uuid>& ids) {
    time(
        "get", [&] { return ids[next_++ % ids.size()]; }, [&](const Uuid& id) { (void)store_.get(id); });
    time(
        "get of a missing key", [] { return Uuid::random(); },
        [&](const Uuid& id) { (void)store_.get(id); });
    const auto query = where(field<&Analysis::environment> == "bench")
                           .order_by(desc<&Analysis::started_at>)
                           .limit(page_rows);
    time("page of 50", [&] { return timed([&] { (void)store_.find(query); }); });
    time("page of 50 without JSON",
         [&] { return timed([&] { (void)store_.find<AnalysisSummary>(query); }); });
    time("report by environment", [&] { return timed([&] { (void)store_.totals_by_environment(); }); });
  }

  template <class Work>
  static double timed(Work&& work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  }
  static std::vector<Uuid> ids_of(const std::vector<Analysis>& analyses) {
    std::vector<Uuid> ids;
    for (const Analysis& one : analyses) ids.push_back(one.id);
    return ids;
  }

  // `prepare` is not timed.
  template <class Prepare, class Work>
  void time(const char* operation, Prepare prepare, Work work) {
    time(operation, [&] {
      auto input = prepare();
      return timed([&] { work(input); });
    });
  }
  void time(const char* operation, const std::function<double()>& microseconds) {
    constexpr std::size_t fewest = 5;
    std::vector<double> all;
    (void)microseconds();  // prepares the statement
    const auto end = Clock::now() + std::chrono::duration<double>(seconds_);
    while (all.size() < fewest || Clock::now() < end) {
      if (interrupted()) throw Failure("interrupted");
      all.push_back(microseconds());
    }
    std::sort(all.begin(), all.end());
    results_.push_back({name_, operation, static_cast<std::int64_t>(all.size()), all[all.size() / 2],
                        all[(all.size() - 1) * 99 / 100]});
  }

  std::string name_;
  std::string tenant_;
  double seconds_;
  AnalysisStore store_;
  std::size_t next_ = 0;
  bool wrote_ = false;
  std::vector<OperationTimes> results_;
};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

void bench(Session& session, const BenchOptions& options) {
  note_interruptions();
  std::vector<OperationTimes> all = Bench(session.database(), session.display_url(), options.seconds).run();
  for (const std::string& url : options.against) {
    Config config = Config::from_url(url);
    config.call_timeout = std::chrono::milliseconds{0};  // as for the other database
    Database other = Database::open(config);
    for (OperationTimes& one : Bench(other, config.display_url(), options.seconds).run())
      all.push_back(std::move(one));
  }
  // Beside each other, operation by operation.
  const std::size_t operations = all.size() / (options.against.size() + 1);
  constexpr auto right = Table::Align::right;
  Table table({{"OPERATION"}, {"DATABASE"}, {"RUNS", right}, {"MEDIAN US", right}, {"P99 US", right}});
  std::vector<OperationTimes> ordered;
  for (std::size_t operation = 0; operation < operations; ++operation)
    for (std::size_t at = operation; at < all.size(); at += operations) ordered.push_back(all[at]);
  for (const OperationTimes& one : ordered)
    table.add({one.operation, one.database, std::to_string(one.runs), number(one.median), number(one.p99)});
  write(session.settings.json ? json_array(ordered) + "\n" : table.text());
}

}  // namespace

void add_bench_command(CLI::App& program, Session& session) {
  const auto options = std::make_shared<BenchOptions>();
  CLI::App* const command = program.add_subcommand(
      "bench",
      "Time this database, and others beside it; works for a tenant of its own and removes its rows");
  command->add_option("--against", options->against, "The URL of another database; may be given again");
  command->add_option("--seconds", options->seconds, "For each operation; default 1")
      ->check(CLI::Range(0.01, 600.0));
  command->callback([&session, options] { bench(session, *options); });
}

}  // namespace tenon::cli
