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
//     void insert(const Entity&);  void insert_all(const std::vector<Entity>&);
//     void update(const Id&, double cost);               sets estimated_monthly_cost
//
// made for one tenant on one database. A member that it lacks leaves its scenario out.
namespace tenon_bench {

/// The names of what was added, by scenario, in the order in which they came.
struct ScenarioNames {
  std::string scenario;
  std::vector<std::string> benchmarks;
};
[[nodiscard]] std::vector<ScenarioNames>& added_scenarios();

/// A contender's name in the table and how to open it.
template <class C>
struct Contender {
  std::string name;
  std::function<std::unique_ptr<C>()> open;
};

namespace detail {

// Returns the benchmark's name.
std::string note_added(const std::string& scenario, const std::string& contender);

inline void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("the contender does other work than the rest: ") + what);
}

// Reading, in the tenant that has the rows. What is read is compared with what was stored before anything
// is timed.
template <class C>
class Reading {
 public:
  explicit Reading(std::unique_ptr<C> contender)
      : contender_(std::move(contender)), rows_(make_rows(reading_tenant)) {}

  void get(benchmark::State& state) {
    for (std::size_t i = 0; i < rows_.size(); i += 10) {
      const auto found = contender_->get(rows_[i].id);
      require(found && C::row_of(*found) == rows_[i], "get gave another row");
    }
    std::size_t at = 0;
    for (auto _ : state) {
      auto found = contender_->get(rows_[at].id);
      benchmark::DoNotOptimize(found);
      at = (at + 7) % rows_.size();
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

 private:
  std::unique_ptr<C> contender_;
  std::vector<Row> rows_;
};

// Writing, in a tenant that only this contender writes. The first row is read back and compared.
template <class C>
class Writing {
 public:
  explicit Writing(std::unique_ptr<C> contender) : contender_(std::move(contender)) {
    for (const Row& row : make_rows(tenant_count, batch_size)) entities_.push_back(C::entity_of(row));
  }

  void insert(benchmark::State& state) {
    C::renew(entities_[0], next_++);
    contender_->insert(entities_[0]);
    check();
    for (auto _ : state) {
      typename C::Entity& entity = entities_[next_ % entities_.size()];
      C::renew(entity, next_++);
      contender_->insert(entity);
    }
  }

  void insert_all(benchmark::State& state) {
    for (auto _ : state) {
      state.PauseTiming();
      for (typename C::Entity& entity : entities_) C::renew(entity, next_++);
      state.ResumeTiming();
      contender_->insert_all(entities_);
    }
    check();
  }

  void update(benchmark::State& state) {
    if (next_ == 0) {
      for (typename C::Entity& entity : entities_) C::renew(entity, next_++);
      contender_->insert_all(entities_);
    }
    for (auto _ : state) {
      const std::uint64_t n = next_++;
      contender_->update(fresh_id(n % entities_.size()), static_cast<double>(n));
    }
    if constexpr (requires { contender_->get(Id{}); }) {
      const auto found = contender_->get(fresh_id((next_ - 1) % entities_.size()));
      require(found && C::row_of(*found).estimated_monthly_cost == static_cast<double>(next_ - 1),
              "what was updated is not there");
    }
  }

 private:
  void check() {
    if constexpr (requires { contender_->get(Id{}); }) {
      const Row sent = C::row_of(entities_[0]);
      const auto found = contender_->get(sent.id);
      require(found && C::row_of(*found) == sent, "what was inserted is not there");
    }
  }

  std::unique_ptr<C> contender_;
  std::vector<typename C::Entity> entities_;
  std::uint64_t next_ = 0;
};

// Opens at the first run and stays open through the repetitions, so that caches are warm as in a service.
template <template <class> class Work, class C>
benchmark::internal::Benchmark* add(const std::string& scenario, const Contender<C>& contender,
                                    void (Work<C>::*run)(benchmark::State&)) {
  const auto work = std::make_shared<std::unique_ptr<Work<C>>>();
  const auto timed = [work, run, open = contender.open](benchmark::State& state) {
    try {
      if (!*work) *work = std::make_unique<Work<C>>(open());
      (**work.*run)(state);
    } catch (const std::exception& failure) {
      state.SkipWithError(failure.what());
    }
  };
  const std::string name = note_added(scenario, contender.name);
  return benchmark::RegisterBenchmark(name.c_str(), timed)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

}  // namespace detail

template <class C>
void add_reading(const std::string& prefix, const Contender<C>& contender) {
  if constexpr (requires(C & c) { c.get(Id{}); })
    detail::add(prefix + "get", contender, &detail::Reading<C>::get);
  if constexpr (requires(C & c) { c.page(); })
    detail::add(prefix + "page of 50", contender, &detail::Reading<C>::page);
  if constexpr (requires(C & c) { c.summaries(); })
    detail::add(prefix + "page of 50 without JSON", contender, &detail::Reading<C>::summaries);
}

/// Writing scenarios run a fixed number of times, so that the tables of all contenders grow alike.
/// `inserts` should take about a second.
template <class C>
void add_writing(const std::string& prefix, int inserts, const Contender<C>& contender) {
  if constexpr (requires(C & c, const typename C::Entity& e) { c.insert(e); })
    detail::add(prefix + "insert", contender, &detail::Writing<C>::insert)->Iterations(inserts);
  detail::add(prefix + "batch of 1000", contender, &detail::Writing<C>::insert_all)->Iterations(5);
}

template <class C>
void add_updating(const std::string& prefix, int updates, const Contender<C>& contender) {
  detail::add(prefix + "update of one row", contender, &detail::Writing<C>::update)->Iterations(updates);
}

}  // namespace tenon_bench
