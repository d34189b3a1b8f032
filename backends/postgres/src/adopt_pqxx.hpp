#pragma once

// The one place that knows how each libpqxx takes over a PGconn that tenon opened.

#include <utility>

#include <pqxx/pqxx>

#include "handles.hpp"

#if PQXX_VERSION_MAJOR == 6

namespace tenon::postgres {

/// Hands a given connection to libpqxx 6 and refuses to make another: libpqxx 6 would silently reconnect
/// and so lose locks and settings.
class GivenConnection : public pqxx::connectionpolicy {
 public:
  explicit GivenConnection(ConnectionHandle given)
      : connectionpolicy(std::string{}), given_(std::move(given)) {}

  handle do_startconnect(handle current) override {
    if (current != nullptr) return current;
    if (!given_) throw pqxx::broken_connection("the connection was lost");
    return given_.release();
  }
  handle do_completeconnect(handle current) override { return current; }
  handle do_dropconnect(handle current) noexcept override { return current; }
  handle do_disconnect(handle current) noexcept override {
    PQfinish(current);
    return nullptr;
  }
  bool is_ready(handle current) const noexcept override { return current != nullptr; }

 private:
  ConnectionHandle given_;
};

class AdoptedConnection : private GivenConnection, public pqxx::connection_base {
 public:
  explicit AdoptedConnection(ConnectionHandle given)
      : GivenConnection(std::move(given)), connection_base(static_cast<pqxx::connectionpolicy&>(*this)) {
    init();
  }
  AdoptedConnection(const AdoptedConnection&) = delete;
  AdoptedConnection& operator=(const AdoptedConnection&) = delete;
  ~AdoptedConnection() { close(); }
};

}  // namespace tenon::postgres

#elif PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 8)

namespace tenon::postgres {

class AdoptedConnection : public pqxx::connection {
 public:
  explicit AdoptedConnection(ConnectionHandle given)
      : pqxx::connection(pqxx::connection::seize_raw_connection(given.release())) {}
};

}  // namespace tenon::postgres

#else
#error "tenon needs libpqxx 6.4, or 7.8 and later"
#endif
