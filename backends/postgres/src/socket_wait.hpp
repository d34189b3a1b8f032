#pragma once

#include <cstdint>

#include <tenon/backend/statement.hpp>

namespace tenon::postgres {

enum class Wait : std::uint8_t { ready, timed_out, lost };

/// Waits until the socket can be read (or written) or the deadline has passed. An error of the socket
/// counts as ready: the next call of libpq will say what it is.
[[nodiscard]] Wait wait_socket(int socket, bool for_reading, bool for_writing,
                               backend::Deadline deadline) noexcept;

}  // namespace tenon::postgres
