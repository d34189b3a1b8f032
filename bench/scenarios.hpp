#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "data.hpp"

// The scenarios, each written once for all contenders. A contender is a class with
//
//     using Entity = …;                                  its own type of a row
//     static Entity entity_of(const Row&);  static Row row_of(const Entity&);
//     static void renew(Entity&, std::uint64_t n);       gives it fresh_id(n) and fresh_request_id(n)
//     static Summary summary_of(const …&);               of an element of summaries()
//     std::optional<Entity> get(const Id&);              in its tenant, as all the others
//     … page();  … summaries();                          the newest of page_environment; `.items`, `.next`
//     std::uint64_t count();                             of page_environment
//     std::uint64_t stream(visit);  std::size_t report();
//     void insert(const Entity&);  void update(Entity&);  void upsert(const Entity&);
//     void insert_all(const std::vector<Entity>&);
//     void set_cost(const Id&, double);                  of one row that insert_all stored
//
// made for one tenant on one database. A member that it lacks leaves its scenario out.
namespace tenon_bench {

/// What was added, by scenario, in the order in which they came.
struct AddedScenario {
  struct Contender {
    std::string benchmark;
    bool takes_seconds;           ///< each time, so it is repeated less often
    std::function<void()> close;  ///< its connections, after the scenario; may be empty
  };
  std::string name;
  std::vector<Contender> contenders;
};
[[nodiscard]] std::vector<AddedScenario>& added_scenarios();

/// A contender's name in the table and how to open it.
template <class C>
struct Contender {
  std::string name;
  std::function<std::unique_ptr<C>()> open;
};

namespace detail {

// Returns the benchmark's name.
std::string note_added(const std::string& scenario, const std::string& contender,
                       std::function<void()> close = nullptr, bool takes_seconds = false);

inline void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("the contender does other work than the rest: ") + what);
}

// Reading, in the tenant that has the rows. What is read is compared with what was stored before anything
// is timed.
template <class C>
class Reading {
 public:
  explicit Reading(std::unique_ptr<C> contender)
      : contender_(std::move(contender)), rows_(make_rows(reading_tenant)), ids_(ids_of(rows_)) {}

  void get(benchmark::State& state) {
    for (std::size_t i = 0; i < rows_.size(); i += 10) {
      const auto found = contender_->get(rows_[i].id);
      require(found && C::row_of(*found) == rows_[i], "get gave another row");
    }
    std::size_t at = 0;
    for (auto _ : state) {
      auto found = contender_->get(ids_[at]);
      benchmark::DoNotOptimize(found);
      at = (at + 7) % ids_.size();
    }
  }

  void missing(benchmark::State& state) {
    require(!contender_->get(fresh_id(0)), "get gave a row that nobody stored");
    std::uint64_t n = 0;
    for (auto _ : state) {
      auto found = contender_->get(fresh_id(++n));
      benchmark::DoNotOptimize(found);
    }
  }

  void page(benchmark::State& state) {
    const std::vector<Row> expected = expected_page(rows_);
    const auto page = contender_->page();
    require(page.next.has_value() && page.items.size() == expected.size(), "page has another size");
    for (std::size_t i = 0; i < expected.size(); ++i)
      require(C::row_of(page.items[i]) == expected[i], "page gave another row");
    for (auto _ : state) {
      auto timed = contender_->page();
      benchmark::DoNotOptimize(timed);
    }
  }

  void summaries(benchmark::State& state) {
    const std::vector<Row> expected = expected_page(rows_);
    const auto page = contender_->summaries();
    require(page.next.has_value() && page.items.size() == expected.size(), "summaries have another size");
    for (std::size_t i = 0; i < expected.size(); ++i)
      require(C::summary_of(page.items[i]) == summary_of(expected[i]), "summaries gave another row");
    for (auto _ : state) {
      auto timed = contender_->summaries();
      benchmark::DoNotOptimize(timed);
    }
  }

  void count(benchmark::State& state) {
    std::uint64_t expected = 0;
    for (const Row& row : rows_) expected += row.environment == page_environment ? 1U : 0U;
    require(contender_->count() == expected, "count gave another number");
    for (auto _ : state) benchmark::DoNotOptimize(contender_->count());
  }

  void totals(benchmark::State& state) {
    require(contender_->totals_by_environment().size() == 3, "the totals have other lines");
    for (auto _ : state) {
      auto timed = contender_->totals_by_environment();
      benchmark::DoNotOptimize(timed);
    }
  }

  void top(benchmark::State& state) {
    const std::vector<Row> expected = expected_top(rows_);
    const auto top = contender_->top_by_cost();
    require(top.size() == expected.size(), "the dearest are others");
    for (std::size_t i = 0; i < expected.size(); ++i)
      require(C::summary_of(top[i]) == summary_of(expected[i]), "the dearest are others");
    for (auto _ : state) {
      auto timed = contender_->top_by_cost();
      benchmark::DoNotOptimize(timed);
    }
  }

  void block_rate(benchmark::State& state) {
    const Blocked expected = expected_blocked(rows_);
    const auto found = contender_->block_rate();
    require(Blocked{found.evaluated, found.blocked} == expected, "others are blocked");
    for (auto _ : state) {
      auto timed = contender_->block_rate();
      benchmark::DoNotOptimize(timed);
    }
  }

  void trend(benchmark::State& state) {
    std::vector<std::int64_t> found;
    for (const auto& month : contender_->cost_trend()) found.push_back(month.analyses);
    require(found == expected_months(rows_), "the months have other analyses");
    for (auto _ : state) {
      auto timed = contender_->cost_trend();
      benchmark::DoNotOptimize(timed);
    }
  }

 private:
  std::unique_ptr<C> contender_;
  std::vector<Row> rows_;
  std::vector<Id> ids_;
};

// Reading every row of a large tenant, one at a time.
template <class C>
class Streaming {
 public:
  Streaming(std::unique_ptr<C> contender, std::uint64_t rows)
      : contender_(std::move(contender)), rows_(rows) {}

  void stream(benchmark::State& state) {
    for (auto _ : state) {
      const std::uint64_t seen = contender_->stream([](auto& row) { benchmark::DoNotOptimize(row); });
      require(seen == rows_, "stream gave another number of rows");
    }
  }

 private:
  std::unique_ptr<C> contender_;
  std::uint64_t rows_;
};

// Writing, in a tenant that only this contender writes. The first row is read back and compared.
template <class C>
class Writing {
 public:
  explicit Writing(std::unique_ptr<C> contender, std::size_t batch = batch_size)
      : contender_(std::move(contender)) {
    for (const Row& row : make_rows(tenant_count, batch)) entities_.push_back(C::entity_of(row));
  }

  void insert(benchmark::State& state) {
    C::renew(entities_[0], next_++);
    contender_->insert(entities_[0]);
    check();
    repeat(state, [&] {
      typename C::Entity& entity = entities_[next_ % entities_.size()];
      C::renew(entity, next_++);
      contender_->insert(entity);
    });
  }

  // Of what was read, as hosts do it.
  void update(benchmark::State& state) {
    store_first();
    for (std::uint64_t n = 0; n < stored_; ++n) entities_[n] = contender_->get(fresh_id(n)).value();
    std::uint64_t changes = 0;
    repeat(state, [&] {
      typename C::Entity& entity = entities_[changes % stored_];
      entity.resource_count = static_cast<std::int64_t>(++changes % 300);
      contender_->update(entity);
    });
    check();
  }

  void upsert(benchmark::State& state) {
    store_first();
    std::uint64_t changes = 0;
    repeat(state, [&] {
      typename C::Entity& entity = entities_[changes % stored_];
      entity.resource_count = static_cast<std::int64_t>(++changes % 300);
      contender_->upsert(entity);
    });
  }

  void set_cost(benchmark::State& state) {
    if (next_ == 0) {
      for (typename C::Entity& entity : entities_) C::renew(entity, next_++);
      contender_->insert_all(entities_);
      settle();
    }
    repeat(state, [&] {
      ++changes_;
      contender_->set_cost(fresh_id(changes_ % entities_.size()), static_cast<double>(changes_));
    });
    const auto found = contender_->get(fresh_id(changes_ % entities_.size()));
    require(found && C::row_of(*found).estimated_monthly_cost == static_cast<double>(changes_),
            "what was updated is not there");
  }

  void insert_all(benchmark::State& state) {
    repeat(state, [&] {
      state.PauseTiming();
      for (typename C::Entity& entity : entities_) C::renew(entity, next_++);
      state.ResumeTiming();
      contender_->insert_all(entities_);
    });
    check();
  }

 private:
  // Until the last row lies in SQLite's file, not only in the log: whoever checkpoints in a thread would do
  // it during the next contender's time.
  template <class Write>
  void repeat(benchmark::State& state, Write write) {
    benchmark::IterationCount left = state.max_iterations;
    for (auto _ : state) {
      write();
      if (--left == 0) settle();
    }
  }
  void settle() {
    if constexpr (requires { contender_->settle(); }) contender_->settle();
  }
  void store_first() {
    if (next_ > 0) return;
    for (; next_ < stored_; ++next_) {
      C::renew(entities_[next_], next_);
      contender_->insert(entities_[next_]);
    }
    settle();
  }
  void check() {
    if constexpr (requires { contender_->get(Id{}); }) {
      const Row sent = C::row_of(entities_[0]);
      const auto found = contender_->get(sent.id);
      require(found && C::row_of(*found) == sent, "what was written is not there");
    }
  }

  static constexpr std::uint64_t stored_ = 100;  // rows that updates change
  std::unique_ptr<C> contender_;
  std::vector<typename C::Entity> entities_;
  std::uint64_t next_ = 0;
  std::uint64_t changes_ = 0;  // of set_cost, each to another value
};

// `make` runs at the first repetition; what it made stays open through the others, so that caches are warm
// as in a service, and is closed before the next scenario.
template <class Work>
auto* add(const std::string& scenario, const std::string& contender,
          std::function<std::unique_ptr<Work>()> make, void (Work::*run)(benchmark::State&),
          bool takes_seconds = false) {
  const auto work = std::make_shared<std::unique_ptr<Work>>();
  const auto timed = [work, run, make = std::move(make)](benchmark::State& state) {
    try {
      if (!*work) *work = make();
      (**work.*run)(state);
    } catch (const std::exception& failure) {
      state.SkipWithError(failure.what());
    }
  };
  const std::string name = note_added(
      scenario, contender, [work] { work->reset(); }, takes_seconds);
  return benchmark::RegisterBenchmark(name.c_str(), timed)->Unit(benchmark::kMicrosecond);
}

}  // namespace detail

/// A contender that is another program: `measure` runs it and returns the seconds of one operation.
void add_measured(const std::string& scenario, const std::string& contender,
                  std::function<double()> measure);

template <class C>
void add_reading(const std::string& prefix, const Contender<C>& contender) {
  using Work = detail::Reading<C>;
  const auto add = [&](const std::string& scenario, void (Work::*run)(benchmark::State&)) {
    detail::add<Work>(
        prefix + scenario, contender.name,
        [open = contender.open] { return std::make_unique<Work>(open()); }, run)
        ->UseRealTime();
  };
  if constexpr (requires(C & c) { c.get(Id{}); }) {
    add("get", &Work::get);
    add("get of a missing key", &Work::missing);
  }
  if constexpr (requires(C & c) { c.page(); }) add("page of 50", &Work::page);
  if constexpr (requires(C & c) { c.summaries(); }) add("page of 50 without JSON", &Work::summaries);
  if constexpr (requires(C & c) { c.count(); }) add("count", &Work::count);
  if constexpr (requires(C & c) { c.totals_by_environment(); })
    add("report, totals by environment", &Work::totals);
  if constexpr (requires(C & c) { c.top_by_cost(); }) add("report, the dearest 10", &Work::top);
  if constexpr (requires(C & c) { c.block_rate(); }) add("report, block rate", &Work::block_rate);
  if constexpr (requires(C & c) { c.cost_trend(); }) add("report, cost by month", &Work::trend);
}

/// The contender's tenant has `rows` rows.
template <class C>
void add_streaming(const std::string& prefix, std::uint64_t rows, const Contender<C>& contender) {
  using Work = detail::Streaming<C>;
  detail::add<Work>(
      prefix + "stream of " + std::to_string(rows), contender.name,
      [open = contender.open, rows] { return std::make_unique<Work>(open(), rows); }, &Work::stream)
      ->UseRealTime();
}

/// Writing scenarios run a fixed number of times, so that the tables of all contenders grow alike.
/// `inserts` should take about a fifth of a second.
template <class C>
void add_writing(const std::string& prefix, int inserts, const Contender<C>& contender,
                 const std::vector<std::size_t>& batches) {
  using Work = detail::Writing<C>;
  const auto add = [&](const std::string& scenario, std::size_t batch, int times,
                       void (Work::*run)(benchmark::State&)) {
    detail::add<Work>(
        prefix + scenario, contender.name,
        [open = contender.open, batch] { return std::make_unique<Work>(open(), batch); }, run,
        batch > batch_size)
        ->UseRealTime()
        ->Iterations(times);
  };
  if constexpr (requires(C & c, const typename C::Entity& e) { c.insert(e); })
    add("insert", batch_size, inserts, &Work::insert);
  if constexpr (requires(C & c, typename C::Entity & e) { c.update(e); })
    add("update", batch_size, inserts, &Work::update);
  if constexpr (requires(C & c, typename C::Entity & e) { c.upsert(e); })
    add("upsert", batch_size, inserts, &Work::upsert);
  if constexpr (requires(C & c) { c.set_cost(Id{}, 0.0); })
    add("update of one row", batch_size, inserts, &Work::set_cost);
  if constexpr (requires(C & c, const std::vector<typename C::Entity>& e) { c.insert_all(e); }) {
    for (const std::size_t rows : batches) {
      const int times = rows < batch_size ? 10 : 1;
      add("batch of " + std::to_string(rows), rows, times, &Work::insert_all);
    }
  }
}

}  // namespace tenon_bench
