#pragma once

#include <stop_token>
#include <string>

#include <tenon/detail/function_ref.hpp>

#include "connect.hpp"

namespace tenon::postgres {

/// Finds out over a connection of its own, as an error with a kind, what pg_dump could only tell in a text
/// that the server may have written in another language. Throws `Error`: permission_denied where row-level
/// security or privileges keep rows from the login, unsupported behind a pooler in transaction mode, and
/// what connecting throws.
void require_all_rows(const ConnectTarget& target, backend::Deadline deadline, const std::stop_token& stop);

/// Writes the whole database, in pg_dump's custom format, to a new file, which only its owner may read.
/// `go_on` is asked several times a second; what it throws ends the program. Throws `Error`: unsupported
/// where the program is missing or older than the server, permission_denied, unavailable otherwise.
void dump(const ConnectTarget& target, const std::string& path, const std::string& program,
          tenon::detail::FunctionRef<void()> go_on);

}  // namespace tenon::postgres
