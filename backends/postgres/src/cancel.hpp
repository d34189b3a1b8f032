#pragma once

#include <chrono>

#include <libpq-fe.h>

namespace tenon::postgres {

/// Asks the server to cancel what the connection is running (PostgreSQL docs, section 34.7) and waits no
/// longer than `patience` for the request to be taken: PQcancel itself has no time limit and hangs on a
/// frozen server. False when the request could not be made or was not taken in time.
[[nodiscard]] bool request_cancel(PGconn* connection, std::chrono::milliseconds patience) noexcept;

}  // namespace tenon::postgres
