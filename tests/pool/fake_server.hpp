#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/error.hpp>

namespace tenon::backend {

/// What the tests' connections connect to: counts, and misbehaves on demand.
struct FakeServer {
  std::atomic<int> open{0};
  std::atomic<int> most{0};
  std::atomic<int> opened{0};
  std::atomic<int> attempts{0};
  std::atomic<int> pings{0};
  std::atomic<int> cancelled{0};
  std::atomic<int> killed{0};
  std::atomic<int> abandoned{0};
  std::atomic<bool> refuses{false};
  std::atomic<bool> refuses_the_password{false};
  std::atomic<bool> hangs{false};  // accepts and never answers
  std::atomic<bool> answers_pings{true};
  std::atomic<std::chrono::milliseconds> connect_time{std::chrono::milliseconds{0}};
};

class FakeConnection final : public PooledConnection {
 public:
  explicit FakeConnection(FakeServer& server) : server_(server), number_(++server.opened) {
    const int now = ++server_.open;
    int most = server_.most;
    while (now > most && !server_.most.compare_exchange_weak(most, now)) {
    }
  }
  ~FakeConnection() override { --server_.open; }
  bool usable() noexcept override { return !broken; }
  bool ping(Deadline deadline) override {
    ++server_.pings;
    if (!server_.answers_pings) std::this_thread::sleep_until(deadline);
    return server_.answers_pings;
  }
  std::function<void()> canceller() override {
    return [&server = server_] { ++server.cancelled; };
  }
  void kill() noexcept override {
    ++server_.killed;
    was_killed = true;
  }
  void abandon() noexcept override { ++server_.abandoned; }
  [[nodiscard]] int number() const { return number_; }

  std::atomic<bool> broken{false};
  std::atomic<bool> was_killed{false};
  std::atomic<int> users{0};

 private:
  FakeServer& server_;
  int number_;
};

inline FakeConnection& of(const ConnectionPool::Lease& lease) {
  return static_cast<FakeConnection&>(*lease);
}

class PoolTest : public ::testing::Test {
 protected:
  [[nodiscard]] ConnectionPool make(const PoolOptions& options) {
    return {"fake:", options, [this](Deadline deadline, const std::stop_token& stop) {
              ++server_.attempts;
              const auto ready = std::chrono::steady_clock::now() + server_.connect_time.load();
              while (server_.hangs || std::chrono::steady_clock::now() < ready) {
                if (stop.stop_requested()) throw Error(Error::Kind::unavailable, "the pool is closed");
                if (std::chrono::steady_clock::now() >= deadline)
                  throw Error(Error::Kind::unavailable, "the fake server is silent");
                std::this_thread::sleep_for(std::chrono::milliseconds{1});
              }
              if (server_.refuses) throw Error(Error::Kind::unavailable, "the fake server refuses");
              if (server_.refuses_the_password)
                throw Error(Error::Kind::permission_denied, "the fake server wants another password");
              return std::make_unique<FakeConnection>(server_);
            }};
  }
  [[nodiscard]] static PoolOptions options(std::size_t size, std::size_t overflow) {
    PoolOptions options;
    options.size = size;
    options.max_overflow = overflow;
    return options;
  }
  /// Waits for something that another thread brings about; false after ten seconds.
  template <class Condition>
  [[nodiscard]] static bool becomes(Condition condition) {
    for (int tries = 0; tries < 5'000; ++tries) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return false;
  }

  FakeServer server_;
};

}  // namespace tenon::backend
