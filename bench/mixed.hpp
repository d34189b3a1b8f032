#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "data.hpp"
#include "scenarios.hpp"

// Several threads at once.
namespace tenon_bench {

/// One contender that is for one thread at a time, shared by several.
template <class C>
class Locked {
 public:
  using Entity = typename C::Entity;
  static Entity entity_of(const Row& row) { return C::entity_of(row); }
  static void renew(Entity& entity, std::uint64_t n) { C::renew(entity, n); }

  explicit Locked(std::unique_ptr<C> one) : one_(std::move(one)) {}
  auto get(const Id& id) {
    const std::scoped_lock lock(mutex_);
    return one_->get(id);
  }
  void insert(const Entity& entity) {
    const std::scoped_lock lock(mutex_);
    one_->insert(entity);
  }
  void settle() requires requires(C& c) { c.settle(); }
  {
    const std::scoped_lock lock(mutex_);
    one_->settle();
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<C> one_;
};

/// What each thread does, `operations` times or, when there are `seconds`, until they are over; one in
/// `one_write_in` is an insert, none for 0.
struct Load {
  std::size_t threads;
  std::size_t operations = 0;
  std::chrono::duration<double> seconds{0};
  unsigned one_write_in = 0;
  std::size_t rows = rows_per_tenant;  ///< that are read, in turn
};

/// How the threads of a mixed load get at the database: the same contender for all, or each its own.
template <class C>
struct MixedContender {
  std::string name;
  std::function<std::vector<std::shared_ptr<C>>(std::size_t threads)> open;
};

namespace detail {

// No two contenders, of any kind, insert the same, even into one tenant.
inline std::uint64_t first_of_a_range() {
  static std::atomic<std::uint64_t> ranges{0};
  return ++ranges << 32U;
}

template <class C>
class Mixed {
 public:
  Mixed(std::vector<std::shared_ptr<C>> contenders, const Load& load)
      : contenders_(std::move(contenders)), load_(load) {
    const std::vector<Row> rows = make_rows(reading_tenant, load.rows);
    ids_ = ids_of(rows);
    row_ = rows.front();
  }

  void run(benchmark::State& state) {
    if (!std::exchange(warm_, true)) {  // pools have opened their connections after it
      (void)run_threads();
      settle();
    }
    for (auto _ : state) {
      const auto start = Clock::now();
      const std::vector<Latencies> latencies = run_threads();
      settle();
      const std::chrono::duration<double> all = Clock::now() - start;
      std::size_t operations = 0;
      for (const Latencies& some : latencies) operations += some.reads.size() + some.writes.size();
      // Of one operation: the reciprocal of the throughput.
      state.SetIterationTime(all.count() / static_cast<double>(operations));
      count(state, latencies);
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Latencies {
    std::vector<double> reads;
    std::vector<double> writes;
  };

  // Those who share a file share its log.
  void settle() {
    if constexpr (requires(C & c) { c.settle(); }) contenders_.front()->settle();
  }

  std::vector<Latencies> run_threads() {
    std::vector<Latencies> latencies(contenders_.size());
    std::vector<std::string> failures(contenders_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t t = 0; t < contenders_.size(); ++t)
        threads.emplace_back([&, t] {
          try {
            work(*contenders_[t], t, latencies[t]);
          } catch (const std::exception& failure) {
            failures[t] = failure.what();
          }
        });
    }
    for (const std::string& failure : failures)
      if (!failure.empty()) throw std::runtime_error("a thread failed: " + failure);
    return latencies;
  }

  void work(C& contender, std::size_t thread, Latencies& latencies) {
    typename C::Entity entity = C::entity_of(row_);
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(load_.seconds);
    for (std::size_t n = 0; load_.operations > 0 ? n < load_.operations : Clock::now() < end; ++n) {
      const bool write = load_.one_write_in > 0 && (n + thread) % load_.one_write_in == 0;
      if (write) C::renew(entity, next_.fetch_add(1));
      const auto start = Clock::now();
      if (write) {
        contender.insert(entity);
      } else {
        auto found = contender.get(ids_[(n * 7 + thread * 131) % ids_.size()]);
        if (!found) throw std::runtime_error("a row is missing");
        benchmark::DoNotOptimize(found);
      }
      const std::chrono::duration<double> took = Clock::now() - start;
      (write ? latencies.writes : latencies.reads).push_back(took.count());
    }
  }

  static void count(benchmark::State& state, const std::vector<Latencies>& latencies) {
    std::vector<double> reads;
    std::vector<double> writes;
    for (const Latencies& some : latencies) {
      reads.insert(reads.end(), some.reads.begin(), some.reads.end());
      writes.insert(writes.end(), some.writes.begin(), some.writes.end());
    }
    const auto percentile = [&](const char* name, std::vector<double>& all, double part) {
      if (all.empty()) return;
      const auto at = all.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(all.size() - 1));
      std::nth_element(all.begin(), at, all.end());
      state.counters[name] = *at;
    };
    percentile("p50 of reads", reads, 0.5);
    percentile("p99 of reads", reads, 0.99);
    percentile("p50 of writes", writes, 0.5);
    percentile("p99 of writes", writes, 0.99);
  }

  std::vector<std::shared_ptr<C>> contenders_;
  Load load_;
  bool warm_ = false;
  std::vector<Id> ids_;
  Row row_;
  std::atomic<std::uint64_t> next_{first_of_a_range()};
};

}  // namespace detail

template <class C>
void add_mixed(const std::string& scenario, const Load& load, const MixedContender<C>& contender) {
  using Work = detail::Mixed<C>;
  detail::add<Work>(
      scenario, contender.name,
      [open = contender.open, load] { return std::make_unique<Work>(open(load.threads), load); },
      &Work::run, load.operations == 0)
      ->UseManualTime()
      ->Iterations(1);
}

}  // namespace tenon_bench
