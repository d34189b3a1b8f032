#include "listener.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <tenon/backend/backoff.hpp>
#include <tenon/detail/background_thread.hpp>
#include <tenon/detail/fork.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/error.hpp>

#include "error_map.hpp"
#include "own_session.hpp"
#include "socket_wait.hpp"

namespace tenon::postgres {

namespace {

using Clock = std::chrono::steady_clock;

// A connection that only listens would never notice that the other side is gone.
constexpr std::chrono::seconds test_after_silence{10};
// How soon an end is noticed while an answer is awaited.
constexpr std::chrono::milliseconds look{50};
// A connect notices the end at its next look; a name server may keep it for longer.
constexpr std::chrono::seconds patience_at_end{1};

// Wakes a thread that waits for a socket, from another thread or a stop_callback.
class Alarm {
 public:
  Alarm() {
    if (::pipe(ends_) != 0) throw Error(Error::Kind::limit_exceeded, "listen: no file descriptor is left");
    for (const int end : ends_) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() {
    for (const int end : ends_) ::close(end);
  }
  /// For good. Not in a child of fork(), which shares the pipe with its parent.
  void ring() const noexcept {
    if (forks_ == tenon::detail::fork_count()) (void)!::write(ends_[1], "", 1);
  }
  /// Waits until the socket can be read, the alarm rings or the time has come; no socket: -1. True when the
  /// socket can be read.
  [[nodiscard]] bool wait(int socket, Clock::time_point until) const noexcept {
    pollfd entries[] = {{ends_[0], POLLIN, 0}, {socket, POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return ::poll(entries, 2, static_cast<int>(std::clamp<long>(left, 0, 60'000))) > 0 &&
           entries[1].revents != 0;
  }

 private:
  const std::uint32_t forks_ = tenon::detail::fork_count();
  int ends_[2]{};
};

class Listening : public std::enable_shared_from_this<Listening> {
 public:
  Listening(std::shared_ptr<const ConnectTarget> target, const PoolOptions& options,
            const std::stop_token& closed, std::vector<std::string> channels,
            backend::Subscriber subscriber)
      : target_(std::move(target)),
        answer_timeout_(options.connect_timeout),
        backoff_(options.backoff_min, options.backoff_max),
        subscriber_(std::move(subscriber)),
        on_close_(closed, End{end_}) {
    for (const std::string& channel : channels) listen_sql_ += "listen \"" + channel + "\";";
    connection_ = make_connection();
    if (!keeps_its_session(
            connection_.get(), [this] { return make_connection(); }, answer_deadline())) {
      throw behind_transaction_pooler(
          "a listener would hear nothing there; give it a Database whose URL names the server");
    }
    command(listen_sql_.c_str());
  }

  void run() noexcept {
    while (!ended()) {
      try {
        hear();
      } catch (const Error& error) {
        connection_.reset();
        guarded([&] { subscriber_.lost(error); });
        renew();
      } catch (...) {  // out of memory
        connection_.reset();
        renew();
      }
    }
    connection_.reset();
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }
  void end() noexcept { end_.request_stop(); }
  // After end(): nothing is told any more when it returns. False when the thread is held up by something
  // else than the host.
  [[nodiscard]] bool wait_for_end() noexcept {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !telling_; });
    if (changed_.wait_for(lock, patience_at_end, [&] { return finished_; })) return true;
    const backend::Subscriber freed = std::exchange(subscriber_, {});
    lock.unlock();
    return false;
  }

 private:
  [[nodiscard]] bool ended() const noexcept { return end_.stop_requested(); }

  template <class Call>
  void guarded(Call call) noexcept {
    {
      const std::lock_guard lock(mutex_);
      if (ended()) return;
      telling_ = true;
    }
    try {
      call();
    } catch (...) {  // the host's affair
    }
    const std::lock_guard lock(mutex_);
    telling_ = false;
    changed_.notify_all();
  }

  [[nodiscard]] backend::Deadline answer_deadline() const noexcept {
    return tenon::detail::later(Clock::now(), answer_timeout_);
  }
  [[nodiscard]] ConnectionHandle make_connection() const {
    return target_->connect(answer_deadline(), end_.get_token());
  }

  void begin() {
    connection_ = make_connection();
    command(listen_sql_.c_str());
  }

  // Until it listens again, or is to end.
  void renew() noexcept {
    std::minstd_rand random{std::random_device{}()};
    while (!ended()) {
      const auto until =
          Clock::now() + backoff_.next(std::uniform_real_distribution<double>(0.0, 1.0)(random));
      while (!ended() && Clock::now() < until) (void)alarm_.wait(-1, until);
      if (ended()) return;
      try {
        begin();
        backoff_.reset();
        guarded([&] { subscriber_.missed(); });
        return;
      } catch (const Error& error) {
        connection_.reset();
        guarded([&] { subscriber_.lost(error); });
      } catch (...) {
        connection_.reset();
      }
    }
  }

  // Tells notifications until the end; throws when the connection is lost.
  void hear() {
    auto heard = Clock::now();
    while (!ended()) {
      tell_all();
      if (ended()) return;
      if (alarm_.wait(PQsocket(connection_.get()), heard + test_after_silence)) {
        take_input();
        heard = Clock::now();
      } else if (!ended() && Clock::now() - heard >= test_after_silence) {
        command("");
        heard = Clock::now();
      }
    }
  }

  void tell_all() {
    struct Free {
      void operator()(PGnotify* notify) const noexcept { PQfreemem(notify); }
    };
    while (!ended()) {
      const std::unique_ptr<PGnotify, Free> notify(PQnotifies(connection_.get()));
      if (!notify) return;
      guarded([&] { subscriber_.notified(notify->relname, notify->extra); });
    }
  }

  void take_input() {
    if (PQconsumeInput(connection_.get()) != 1 || PQstatus(connection_.get()) != CONNECTION_OK) lost();
  }

  void command(const char* sql) {
    if (PQsendQuery(connection_.get(), sql) != 1) lost();
    const auto deadline = answer_deadline();
    std::optional<ServerError> error;
    for (;;) {
      while (PQisBusy(connection_.get()) != 0) {
        if (ended()) throw Error(Error::Kind::unavailable, "the listener ends");
        const Wait wait =
            wait_socket(PQsocket(connection_.get()), true, false, std::min(deadline, Clock::now() + look));
        if (wait == Wait::ready) take_input();
        if (wait == Wait::lost || Clock::now() >= deadline) lost();
      }
      const ResultHandle result(PQgetResult(connection_.get()));
      if (!result) break;
      if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !error) error = read_error(result.get());
    }
    if (error && !error->sqlstate.empty()) throw to_error(*error, "listen");
    if (PQstatus(connection_.get()) != CONNECTION_OK) lost();
  }

  [[noreturn]] void lost() const {
    throw Error(Error::Kind::unavailable, "the listener's connection to " + target_->name() + " was lost");
  }

  const std::shared_ptr<const ConnectTarget> target_;
  const std::chrono::milliseconds answer_timeout_;
  backend::Backoff backoff_;
  const Alarm alarm_;
  std::stop_source end_;
  backend::Subscriber subscriber_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool telling_ = false;
  bool finished_ = false;
  std::string listen_sql_;
  ConnectionHandle connection_;
  struct Ring {
    const Alarm& alarm;
    void operator()() const noexcept { alarm.ring(); }
  };
  struct End {
    std::stop_source& end;
    void operator()() const noexcept { end.request_stop(); }
  };
  std::stop_callback<Ring> on_end_{end_.get_token(), Ring{alarm_}};
  std::stop_callback<End> on_close_;
};

class PostgresSubscription final : public backend::Subscription {
 public:
  explicit PostgresSubscription(std::shared_ptr<Listening> listening) : listening_(std::move(listening)) {
    thread_ = detail::background_thread([listening = listening_] { listening->run(); });
  }
  ~PostgresSubscription() override {
    if (forks_ != detail::fork_count()) {  // thread and connection are the parent's
      new std::shared_ptr<Listening>(listening_);
      thread_.detach();
      return;
    }
    listening_->end();
    const bool is_me = thread_.get_id() == std::this_thread::get_id();
    if (is_me || !listening_->wait_for_end()) {
      thread_.detach();  // it owns what it uses, and says no more
    } else {
      thread_.join();
    }
  }

 private:
  const std::uint32_t forks_ = detail::fork_count();
  std::shared_ptr<Listening> listening_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<backend::Subscription> listen(std::shared_ptr<const ConnectTarget> target,
                                              const PoolOptions& options, const std::stop_token& closed,
                                              std::vector<std::string> channels,
                                              backend::Subscriber subscriber) {
  return std::make_unique<PostgresSubscription>(std::make_shared<Listening>(
      std::move(target), options, closed, std::move(channels), std::move(subscriber)));
}

}  // namespace tenon::postgres
