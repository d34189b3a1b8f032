#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <tenon/backend/engine.hpp>
#include <tenon/detail/fork.hpp>
#include <tenon/pool.hpp>

namespace tenon::detail {

// A pool's figures for observers, which may ask when the database is gone: what it counted last is not
// lost.
//
// Thread safety: all members may be called from any thread.
class PoolFigures {
 public:
  explicit PoolFigures(backend::Engine& engine) noexcept : engine_(&engine) {}

  struct Figures {
    PoolStats stats;
    bool last = false;  // the pool is gone
  };
  [[nodiscard]] Figures get() const {
    if (forks_ != fork_count()) return {{}, true};  // the parent's, and so may the lock be
    const std::lock_guard lock(mutex_);
    return engine_ != nullptr ? Figures{engine_->pool_stats(), false} : Figures{last_, true};
  }
  // The engine has been closed and is about to go.
  void end() noexcept {
    if (forks_ != fork_count()) return;
    const std::lock_guard lock(mutex_);
    try {
      last_ = engine_->pool_stats().counters();
    } catch (...) {  // out of memory
    }
    engine_ = nullptr;
  }

 private:
  const std::uint32_t forks_ = fork_count();
  mutable std::mutex mutex_;
  backend::Engine* engine_;
  PoolStats last_;
};

// What Observer::opened() hands out. Each copy gives the last figures once.
class AskPool {
 public:
  explicit AskPool(std::shared_ptr<const PoolFigures> pool) noexcept : pool_(std::move(pool)) {}
  AskPool(const AskPool& other) noexcept : pool_(other.pool_), gave_last_(other.gave_last_.load()) {}
  AskPool& operator=(const AskPool&) = delete;
  ~AskPool() = default;

  std::optional<PoolStats> operator()() {
    const PoolFigures::Figures figures = pool_->get();
    if (figures.last && gave_last_.exchange(true)) return std::nullopt;
    return figures.stats;
  }

 private:
  std::shared_ptr<const PoolFigures> pool_;
  std::atomic<bool> gave_last_{false};
};

}  // namespace tenon::detail
