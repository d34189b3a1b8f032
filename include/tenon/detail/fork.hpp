#pragma once

#include <cstdint>

#include <tenon/export.hpp>

namespace tenon::detail {

/// How often this process is a fork() away from the one that loaded the library. What was made at another
/// count belongs to an ancestor: its threads are not here, its locks may be held for ever, and its sockets
/// are still in use there. Noticed through pthread_atfork, so not after a bare clone() or vfork().
/// Thread-safe; costs a load.
[[nodiscard]] TENON_API std::uint32_t fork_count() noexcept;

}  // namespace tenon::detail
