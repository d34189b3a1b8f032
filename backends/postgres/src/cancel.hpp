#pragma once

#include <chrono>
#include <memory>

#include <libpq-fe.h>

namespace tenon::postgres {

/// What it takes to cancel what a connection is running: may be used from any thread, at the same time as
/// the connection and after it. Null when out of memory.
[[nodiscard]] std::shared_ptr<PGcancel> cancel_key(PGconn* connection);

/// Asks the server to cancel what the connection is running (PostgreSQL docs, section 34.7) and waits no
/// longer than `patience` for the request to be taken: PQcancel itself has no time limit and hangs on a
/// frozen server. False when the request could not be made or was not taken in time.
[[nodiscard]] bool request_cancel(const std::shared_ptr<PGcancel>& key,
                                  std::chrono::milliseconds patience) noexcept;

}  // namespace tenon::postgres
