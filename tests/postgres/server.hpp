#pragma once

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

namespace tenon::postgres::testing {

/// Does `action` of pg_ctl on the server of this program (tests/support/with_postgres.sh): "restart --mode
/// fast". True when it succeeded.
inline bool control_server(const std::string& action) {
  const char* const control = std::getenv("TENON_TEST_POSTGRES_CONTROL");
  if (control == nullptr) return false;
  return std::system(("(" + std::string(control) + " " + action + ") >/dev/null 2>&1").c_str()) == 0;
}

/// Accepts TCP connections on 127.0.0.1, as far as the kernel does so for it, and never says a word.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, any, size) == 0 && listen(socket_, 16) == 0 && getsockname(socket_, any, &size) == 0)
      port_ = ntohs(address.sin_port);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { close(socket_); }
  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

}  // namespace tenon::postgres::testing
