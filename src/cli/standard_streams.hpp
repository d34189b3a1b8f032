#pragma once

namespace tenon::cli {

/// Opens those of the descriptors 0, 1 and 2 that the caller closed, so that no connection or file of the
/// program gets one of these numbers and the output with it. Using them fails as on closed ones. False
/// where that cannot be done; call it before anything is opened.
[[nodiscard]] bool occupy_closed_streams() noexcept;

}  // namespace tenon::cli
