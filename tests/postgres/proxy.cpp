#include "proxy.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <list>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tenon::postgres::testing {

namespace {

struct Pair {
  int client;
  int server;
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

bool forward(int from, int to) {
  std::array<char, 65536> bytes;
  const ssize_t size = recv(from, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  for (ssize_t sent = 0; sent < size;) {
    const ssize_t part = send(to, bytes.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
    if (part <= 0) return false;
    sent += part;
  }
  return true;
}

}  // namespace

CountingProxy::CountingProxy(int server_port)
    : server_port_(server_port), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
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
    close(pair.client);
    close(pair.server);
    pair.open = false;
  };
  while (!stop_) {
    if (frozen_) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      continue;
    }
    std::vector<pollfd> sockets{{listener_, POLLIN, 0}};
    for (const Pair& pair : pairs) {
      sockets.push_back({pair.client, POLLIN, 0});
      sockets.push_back({pair.server, POLLIN, 0});
    }
    if (poll(sockets.data(), sockets.size(), 20) <= 0) continue;
    std::size_t next = 1;
    for (Pair& pair : pairs) {
      const bool client_speaks = sockets[next++].revents != 0;
      const bool server_speaks = sockets[next++].revents != 0;
      if (client_speaks) {
        if (pair.server_spoke) ++round_trips_;
        pair.server_spoke = false;
        if (!forward(pair.client, pair.server)) {
          hang_up(pair);
          continue;
        }
      }
      if (server_speaks) {
        pair.server_spoke = true;
        if (swallow_ || !forward(pair.server, pair.client)) hang_up(pair);
      }
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
        pairs.push_back({client, server});
        swallow_ = false;
      }
    }
  }
  for (Pair& pair : pairs) hang_up(pair);
}

}  // namespace tenon::postgres::testing
