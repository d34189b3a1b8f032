#pragma once

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tenon::test {

/// A PgBouncer before the server of the tests, as another user when they run as root. It ends with the
/// object.
/// TENON_TEST_PGBOUNCER names another program than the one that is installed.
class PgBouncer {
 public:
  [[nodiscard]] static bool installed() { return ::access(program().c_str(), X_OK) == 0; }
  /// Whether it keeps prepared statements in transaction mode, as from version 1.21 on.
  [[nodiscard]] static bool keeps_statements() {
    FILE* const version = ::popen((program() + " --version").c_str(), "r");
    int major = 0;
    int minor = 0;
    const int read = version == nullptr ? 0 : std::fscanf(version, "PgBouncer %d.%d", &major, &minor);
    if (version != nullptr) ::pclose(version);
    return read == 2 && (major > 1 || minor >= 21);
  }

  /// `server_port` on 127.0.0.1; `mode` is its pool_mode. Throws std::runtime_error when it does not start.
  PgBouncer(const std::string& mode, const std::string& server_port, unsigned pool_size = 20) {
    static unsigned started = 0;
    settings_ = std::filesystem::temp_directory_path() /
                ("tenon-pooler-" + std::to_string(::getpid()) + "-" + std::to_string(++started));
    std::filesystem::create_directories(settings_);
    ::chmod(settings_.c_str(), 0755);
    std::ofstream(settings_ / "users.txt") << "\"postgres\" \"\"\n";
    for (unsigned tries = 0; tries < 20; ++tries) {
      port_ = std::to_string(20'000 +
                             (static_cast<unsigned>(::getpid()) * 7 + started * 101 + tries * 13) % 12'000);
      write_settings(mode, server_port, pool_size);
      start();
      if (answers()) return;
      stop();
    }
    std::filesystem::remove_all(settings_);
    throw std::runtime_error("PgBouncer does not start");
  }
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;
  ~PgBouncer() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(settings_, ignored);
  }

  [[nodiscard]] std::string url(const std::string& database) const {
    return "postgresql://postgres@127.0.0.1:" + port_ + "/" + database;
  }

 private:
  static std::string program() {
    const char* const other = std::getenv("TENON_TEST_PGBOUNCER");
    return other != nullptr ? other : "/usr/sbin/pgbouncer";
  }

  void write_settings(const std::string& mode, const std::string& server_port, unsigned pool_size) const {
    std::ofstream file(settings_ / "pgbouncer.ini");
    file << "[databases]\n* = host=127.0.0.1 port=" << server_port << " user=postgres\n[pgbouncer]\n"
         << "listen_addr = 127.0.0.1\nlisten_port = " << port_ << "\nunix_socket_dir =\nauth_type = any\n"
         << "auth_file = " << (settings_ / "users.txt").string() << "\npool_mode = " << mode << "\n"
         << "default_pool_size = " << pool_size << "\nmax_client_conn = 1000\n"
         << "ignore_startup_parameters = extra_float_digits\nadmin_users = postgres\n";
    if (keeps_statements()) file << "max_prepared_statements = 20\n";  // few, so that some are forgotten
  }

  void start() {
    process_ = ::fork();
    if (process_ != 0) return;
    const std::string file = (settings_ / "pgbouncer.ini").string();
    const std::string path = program();
    if (::geteuid() == 0)
      ::execlp("setpriv", "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", path.c_str(),
               "-q", file.c_str(), nullptr);
    else
      ::execlp(path.c_str(), path.c_str(), "-q", file.c_str(), nullptr);
    ::_exit(127);
  }

  void stop() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

  // False when it has ended, because the port is taken.
  [[nodiscard]] bool answers() {
    for (int tries = 0; tries < 200; ++tries) {
      if (::waitpid(process_, nullptr, WNOHANG) != 0) {
        process_ = 0;
        return false;
      }
      if (is_this_one()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return false;
  }

  // Another program may have the port: it would be taken for the pooler until this one has ended for want
  // of it.
  [[nodiscard]] bool is_this_one() const {
    PGconn* const console = PQconnectdb(url("pgbouncer").c_str());
    PGresult* const settings = PQexec(console, "SHOW CONFIG");
    bool found = false;
    for (int row = 0; row < PQntuples(settings); ++row)
      found = found || PQgetvalue(settings, row, 1) == (settings_ / "users.txt").string();
    PQclear(settings);
    PQfinish(console);
    return found;
  }

  std::filesystem::path settings_;
  std::string port_;
  pid_t process_ = 0;
};

}  // namespace tenon::test
