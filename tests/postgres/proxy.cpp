#include "proxy.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <ctime>
#include <deque>
#include <list>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tenon::postgres::testing {

namespace {

using Clock = std::chrono::steady_clock;

// The bytes that are on their way from one socket to the other.
class Direction {
 public:
  Direction(int from, int to, std::chrono::microseconds delay) : from_(from), to_(to), delay_(delay) {}

  [[nodiscard]] int from() const noexcept { return from_; }
  // False: the sender has gone.
  bool receive() {
    std::array<char, 65536> bytes;
    const ssize_t size = recv(from_, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    under_way_.push_back({Clock::now() + delay_, {bytes.data(), static_cast<std::size_t>(size)}});
    return true;
  }
  // Hands on what has travelled long enough. False: the receiver has gone.
  bool deliver() {
    for (; !under_way_.empty() && under_way_.front().due <= Clock::now(); under_way_.pop_front())
      if (!send_all(under_way_.front().bytes)) return false;
    return true;
  }
  [[nodiscard]] Clock::time_point next_due() const noexcept {
    return under_way_.empty() ? Clock::time_point::max() : under_way_.front().due;
  }

 private:
  struct Chunk {
    Clock::time_point due;
    std::string bytes;
  };
  [[nodiscard]] bool send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t part = send(to_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (part <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(part));
    }
    return true;
  }

  int from_;
  int to_;
  std::chrono::microseconds delay_;
  std::deque<Chunk> under_way_;
};

struct Pair {
  Direction up;    // from the client to the server
  Direction down;  // and back
  bool server_spoke = true;
  bool open = true;
};

sockaddr_in local(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// How long poll may wait before something is due.
timespec patience(const std::list<Pair>& pairs) {
  using std::chrono::nanoseconds;
  constexpr nanoseconds look_for_stop = std::chrono::milliseconds(20);
  Clock::time_point due = Clock::now() + look_for_stop;
  for (const Pair& pair : pairs) due = std::min({due, pair.up.next_due(), pair.down.next_due()});
  const nanoseconds left = std::max<nanoseconds>(due - Clock::now(), nanoseconds::zero());
  return {0, static_cast<long>(left.count())};
}

}  // namespace

CountingProxy::CountingProxy(int server_port, std::chrono::microseconds delay)
    : server_port_(server_port), delay_(delay), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = local(0);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

CountingProxy::~CountingProxy() {
  stop_ = true;
  thread_.join();
  close(listener_);
}

void CountingProxy::run() {
  std::list<Pair> pairs;
  const auto hang_up = [](Pair& pair) {
    close(pair.up.from());
    close(pair.down.from());
    pair.open = false;
  };
  while (!stop_) {
    if (frozen_) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      continue;
    }
    std::vector<pollfd> sockets{{listener_, POLLIN, 0}};
    for (const Pair& pair : pairs) {
      sockets.push_back({pair.up.from(), POLLIN, 0});
      sockets.push_back({pair.down.from(), POLLIN, 0});
    }
    const timespec longest = patience(pairs);
    if (ppoll(sockets.data(), sockets.size(), &longest, nullptr) < 0) continue;
    std::size_t next = 1;
    for (Pair& pair : pairs) {
      const bool client_speaks = sockets[next++].revents != 0;
      const bool server_speaks = sockets[next++].revents != 0;
      if (client_speaks) {
        if (pair.server_spoke) ++round_trips_;
        pair.server_spoke = false;
        if (!pair.up.receive()) {
          hang_up(pair);
          continue;
        }
      }
      if (server_speaks) {
        pair.server_spoke = true;
        if (swallow_ || !pair.down.receive()) {
          (void)pair.down.deliver();
          hang_up(pair);
          continue;
        }
      }
      if (!pair.up.deliver() || !pair.down.deliver()) hang_up(pair);
    }
    pairs.remove_if([](const Pair& pair) { return !pair.open; });
    if (sockets[0].revents != 0) {
      const int client = accept(listener_, nullptr, nullptr);
      const int server = socket(AF_INET, SOCK_STREAM, 0);
      const int yes = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
      setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
      const sockaddr_in address = local(server_port_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        close(client);
        close(server);
      } else {
        pairs.push_back({{client, server, delay_}, {server, client, delay_}});
        swallow_ = false;
      }
    }
  }
  for (Pair& pair : pairs) hang_up(pair);
}

}  // namespace tenon::postgres::testing
