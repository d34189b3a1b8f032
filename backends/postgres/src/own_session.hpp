#pragma once

#include <functional>
#include <string>

#include <tenon/backend/statement.hpp>
#include <tenon/error.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// Whether the connection keeps one session of the server from transaction to transaction, as it does
/// unless a pooler in transaction mode (such as PgBouncer) stands between. Leaves nothing behind. One round
/// trip without a pooler; with one, up to eight more connections, which `connect` makes, for a moment.
/// Throws `Error` (unavailable) when the connection is lost or the deadline passes.
[[nodiscard]] bool keeps_its_session(PGconn* connection, const std::function<ConnectionHandle()>& connect,
                                     backend::Deadline deadline);

/// unsupported, code "transaction-pooler"; `remedy` says what would be lost and what to do.
[[nodiscard]] Error behind_transaction_pooler(const std::string& remedy);

}  // namespace tenon::postgres
