#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "../support/environment.hpp"

namespace tenon::postgres::testing {

/// A streaming standby of the test's server (tests/support/with_postgres.sh), made by pg_basebackup. It
/// ends with the object.
class Standby {
 public:
  Standby() : socket_(directory() + "/standby") {
    run("pg_basebackup --host '" + directory() + "' --port " + port() +
        " --username postgres --pgdata standby --write-recovery-conf --checkpoint fast --no-sync "
        "--wal-method stream");
    try {
      run("pg_ctl --pgdata standby --log standby.log --wait --options \"-p " + port() +
          " -c listen_addresses='' -c unix_socket_directories='" + socket_ + "'\" start");
    } catch (...) {
      remove();
      throw;
    }
  }
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;
  ~Standby() {
    (void)succeeds("pg_ctl --pgdata standby --mode immediate --wait stop");
    remove();
  }

  void promote() { run("pg_ctl --pgdata standby --wait promote"); }

  [[nodiscard]] const std::string& socket() const noexcept { return socket_; }
  /// Of both servers.
  [[nodiscard]] static std::string port() { return parameter("port="); }
  /// The socket's directory of the test's own server.
  [[nodiscard]] static std::string directory() { return parameter("host="); }

 private:
  static std::string parameter(const std::string& name) {
    const std::string url = tenon::test::variable("TENON_TEST_POSTGRES_URL");
    const std::size_t at = url.find(name);
    if (at == std::string::npos) throw std::runtime_error("run it under tests/support/with_postgres.sh");
    const std::size_t from = at + name.size();
    return url.substr(from, url.find('&', from) - from);
  }
  static bool succeeds(const std::string& program) {
    return std::system(
               (tenon::test::variable("TENON_TEST_POSTGRES_RUN") + program + " >/dev/null 2>&1").c_str()) ==
           0;
  }
  static void run(const std::string& program) {
    if (!succeeds(program)) throw std::runtime_error("failed: " + program);
  }
  void remove() const { (void)std::system(("rm -rf '" + socket_ + "'").c_str()); }

  std::string socket_;
};

}  // namespace tenon::postgres::testing
