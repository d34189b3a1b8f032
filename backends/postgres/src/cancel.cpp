#include "cancel.hpp"

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include <tenon/detail/background_thread.hpp>

#include "handles.hpp"

namespace tenon::postgres {

namespace {

struct Request {
  explicit Request(std::shared_ptr<PGcancel> key) : cancel(std::move(key)) {}
  std::shared_ptr<PGcancel> cancel;
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  bool taken = false;
};

void run(const std::shared_ptr<Request>& request) noexcept {
  std::array<char, 256> text{};
  const bool taken = PQcancel(request->cancel.get(), text.data(), static_cast<int>(text.size())) != 0;
  const std::lock_guard lock(request->mutex);
  request->done = true;
  request->taken = taken;
  request->finished.notify_one();
}

}  // namespace

std::shared_ptr<PGcancel> cancel_key(PGconn* connection) {
  PGcancel* const key = PQgetCancel(connection);
  return key == nullptr ? nullptr : std::shared_ptr<PGcancel>(key, Release{});
}

bool request_cancel(const std::shared_ptr<PGcancel>& key, std::chrono::milliseconds patience) noexcept {
  try {
    if (!key) return false;
    const auto request = std::make_shared<Request>(key);
    // Detached, for a frozen server may hold it for long; it owns all it touches.
    detail::background_thread([request] { run(request); }).detach();
    std::unique_lock lock(request->mutex);
    request->finished.wait_for(lock, patience, [&] { return request->done; });
    return request->taken;
  } catch (...) {
    return false;
  }
}

}  // namespace tenon::postgres
