#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace tenon::postgres::testing {

/// A TCP proxy on 127.0.0.1 that counts round trips: how often the client begins to speak after the server
/// has spoken. It serves any number of connections, can break them all, and can hold back every byte for a
/// while, as a distant server would.
class CountingProxy {
 public:
  /// `delay` is that of one direction: half of the round-trip time that it adds.
  explicit CountingProxy(int server_port, std::chrono::microseconds delay = {});
  CountingProxy(const CountingProxy&) = delete;
  CountingProxy& operator=(const CountingProxy&) = delete;
  ~CountingProxy();

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] unsigned round_trips() const noexcept { return round_trips_; }

  /// From now on answers of the server are dropped, and the connections broken once one has come.
  void swallow_next_answer() noexcept { swallow_ = true; }
  /// While frozen it takes connections and answers nothing, as a server does whose machine hangs.
  void freeze(bool frozen = true) noexcept { frozen_ = frozen; }

 private:
  void run();

  int server_port_;
  std::chrono::microseconds delay_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<unsigned> round_trips_{0};
  std::atomic<bool> swallow_{false};
  std::atomic<bool> frozen_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace tenon::postgres::testing
