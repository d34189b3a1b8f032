#include "growth.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <tenon/backend/engine.hpp>

#include "contenders/tenon.hpp"
#include "data.hpp"
#include "raw_growth.hpp"
#include "scenarios.hpp"

namespace tenon_bench {
namespace {

class Grown {
  // In its only tenant's store, which is kept, or in one made for it.
  template <class Work>
  auto of(std::size_t tenant, Work work) {
    return only_ ? work(*only_) : work(store(tenant));
  }

 public:
  Grown(const tenon::Config& config, const Scale& scale)
      : scale_(scale),
        database_(tenon::Database::open(config)),
        file_(SqliteLog::file_of(config.url)),
        log_(file_),
        is_postgres_(config.url.starts_with("postgres")) {
    database_.migrate();
    if (scale_.tenants == 1) only_.emplace(store(0));
    for (const Row& row : make_rows(stream_seed, templates)) rows_.push_back(Tenon::entity_of(row));
    for (std::size_t tenant = 0; tenant < scale_.tenants; ++tenant) fill(tenant);
    log_.empty();
    // As autovacuum does in operation: else who reads a page first marks and so writes it.
    if (is_postgres_) database_.engine().maintenance()->execute("vacuum (analyze) tenon.analyses");
    made_ = scale_.rows;
  }

  // All rows in turn, through all repetitions: few would stay in every cache.
  void get(benchmark::State& state) {
    for (auto _ : state) {
      read_ = (read_ + 7'919) % scale_.rows;
      auto found = of(read_ / per_tenant(),
                      [&](const tenon::AnalysisStore& in) { return in.get(tenon::Uuid{fresh_id(read_)}); });
      detail::require(found.has_value(), "a row is missing");
    }
  }
  void page(benchmark::State& state) { pages(state, newest_analyses()); }
  // Of whatever environment, full where a tenant has 10 rows.
  void short_page(benchmark::State& state) {
    pages(state, tenon::all().order_by(tenon::desc<&tenon::Analysis::started_at>).limit(short_page_size));
  }
  // First, untimed, a neighbour of each row: PostgreSQL logs a page as a whole when it is changed for the
  // first time after a checkpoint. In operation a tenant's newest pages are changed again and again, but
  // among 1,000 tenants hardly one of a repetition's rows shares a page with one before. SQLite's log has
  // whole pages always.
  void insert(benchmark::State& state) {
    const std::uint64_t first = next_;
    next_ += static_cast<std::uint64_t>(state.max_iterations);
    if (is_postgres_) {
      for (std::uint64_t n = first; n < next_; ++n) insert_like(n);
    }
    std::uint64_t n = first;
    for (auto _ : state) {
      insert_like(n++);
      if (n == next_) log_.empty();
    }
  }
  // A day more at each repetition, of one tenant; timed by the row, as all writes until they lie in
  // SQLite's file.
  void remove(benchmark::State& state) {
    using Clock = std::chrono::steady_clock;
    for (auto _ : state) {
      const auto start = Clock::now();
      std::uint64_t removed = 0;
      for (int tenant = 0; removed == 0; ++tenant) {
        detail::require(oldest_ > 0, "no row is left to remove");
        if (static_cast<std::size_t>(tenant) == scale_.tenants) {
          tenant = 0;
          --oldest_;
        }
        removed = store(static_cast<std::size_t>(tenant)).remove_older_than(oldest_);
      }
      --oldest_;
      log_.empty();
      const std::chrono::duration<double> took = Clock::now() - start;
      state.SetIterationTime(took.count() / static_cast<double>(removed));
    }
  }

  void get_by_hand(benchmark::State& state) { by_hand().get(state); }
  void short_page_by_hand(benchmark::State& state) { by_hand().short_page(state); }
  void insert_by_hand(benchmark::State& state) { by_hand().insert(state); }

 private:
  static constexpr std::size_t templates = 5'000;

  // With a file of its own: a writer on the same one would empty the caches of the others.
  RawGrowth& by_hand() {
    if (!by_hand_) {
      log_.empty();
      by_hand_.emplace(file_, scale_, made_);
    }
    return *by_hand_;
  }
  template <class Query>
  void pages(benchmark::State& state, const Query& query) {
    for (auto _ : state) {
      auto page = of(paged_, [&](const tenon::AnalysisStore& in) { return in.find(query); });
      detail::require(!page.items.empty() && page.next.has_value(), "a page is not full");
      benchmark::DoNotOptimize(page);
      paged_ = (paged_ + 7) % scale_.tenants;
    }
  }
  [[nodiscard]] std::size_t per_tenant() const noexcept { return scale_.rows / scale_.tenants; }
  [[nodiscard]] tenon::AnalysisStore store(std::size_t tenant) {
    return tenon::AnalysisStore{database_.scope(tenon::TenantContext{tenant_name(tenant)})};
  }
  // The same `n`, the same tenant and the same values, but for those that are unique and for its times: it
  // is the newest analysis, as in operation, and the next begins a second later.
  void insert_like(std::uint64_t n) {
    tenon::Analysis& one = rows_[n % templates];
    Tenon::renew(one, made_++);
    newest_ += std::chrono::seconds{1};
    one.started_at = one.created_at = newest_;
    one.completed_at = one.updated_at = newest_ + std::chrono::milliseconds{one.duration_ms.value_or(0)};
    (void)of(n % scale_.tenants, [&](const tenon::AnalysisStore& in) { return in.insert(one); });
  }
  void fill(std::size_t tenant) {
    const tenon::AnalysisStore into = store(tenant);
    if (into.count() > 0) return;  // another scenario of this scale was here
    for (std::size_t first = 0; first < per_tenant(); first += templates) {
      const std::size_t count = std::min(templates, per_tenant() - first);
      for (std::size_t i = 0; i < count; ++i) Tenon::renew(rows_[i], tenant * per_tenant() + first + i);
      (void)into.insert_all(std::span(rows_).first(count));
    }
  }
  static unsigned age_of_the_oldest() {
    const auto age = std::chrono::system_clock::now().time_since_epoch() -
                     std::chrono::microseconds(make_rows(stream_seed, 1).front().created_at);
    return static_cast<unsigned>(std::chrono::ceil<std::chrono::days>(age).count()) + 90;
  }

  Scale scale_;
  tenon::Database database_;
  std::vector<tenon::Analysis> rows_;
  std::string file_;
  SqliteLog log_;
  bool is_postgres_;
  std::optional<RawGrowth> by_hand_;
  std::optional<tenon::AnalysisStore> only_;
  std::size_t read_ = 0;    // the row
  std::size_t paged_ = 0;   // the tenant
  std::uint64_t made_ = 0;  // rows
  std::uint64_t next_ = 0;  // to be inserted and timed
  tenon::Timestamp newest_ =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  unsigned oldest_ = age_of_the_oldest();
};

}  // namespace

void add_growth(const std::string& prefix, const Scale& scale,
                const std::function<tenon::Config(const Scale&)>& database) {
  const auto grown = std::make_shared<std::unique_ptr<Grown>>();
  const auto add = [&](const std::string& scenario, void (Grown::*run)(benchmark::State&)) {
    const std::string name = detail::note_added(prefix + scenario, scale.name());
    return benchmark::RegisterBenchmark(name.c_str(),
                                        [grown, scale, database, run](benchmark::State& state) {
                                          try {
                                            if (!*grown)
                                              *grown = std::make_unique<Grown>(database(scale), scale);
                                            ((**grown).*run)(state);
                                          } catch (const std::exception& failure) {
                                            state.SkipWithError(failure.what());
                                          }
                                        })
        ->Unit(benchmark::kMicrosecond);
  };
  constexpr int inserts = 100;
  add("growth, get", &Grown::get)->UseRealTime();
  if (scale.rows / scale.tenants >= 10 * page_size)  // a full one
    add("growth, page of 50", &Grown::page)->UseRealTime();
  if (scale.tenants > 1) add("growth, page of 5", &Grown::short_page)->UseRealTime();
  add("growth, insert", &Grown::insert)->UseRealTime()->Iterations(inserts);
  if (prefix.starts_with("sqlite")) {
    add("growth by hand, get", &Grown::get_by_hand)->UseRealTime();
    if (scale.tenants > 1) add("growth by hand, page of 5", &Grown::short_page_by_hand)->UseRealTime();
    add("growth by hand, insert", &Grown::insert_by_hand)->UseRealTime()->Iterations(inserts);
  }
  add("growth, remove_older_than by the row", &Grown::remove)->UseManualTime()->Iterations(1);
}

}  // namespace tenon_bench
