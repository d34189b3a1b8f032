#pragma once

#include <functional>
#include <memory>

#include <tenon/backend/maintenance.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// A maintenance connection over libpqxx, which takes over what `connect` opens. `connect` is called again
/// for as long as the connection lives, to find out what stands between it and the server.
[[nodiscard]] std::unique_ptr<backend::Maintenance> open_maintenance(
    std::function<ConnectionHandle()> connect);

}  // namespace tenon::postgres
