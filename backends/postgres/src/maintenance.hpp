#pragma once

#include <memory>

#include <tenon/backend/maintenance.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// A maintenance connection over libpqxx, which takes over an open connection.
[[nodiscard]] std::unique_ptr<backend::Maintenance> open_maintenance(ConnectionHandle connection);

}  // namespace tenon::postgres
