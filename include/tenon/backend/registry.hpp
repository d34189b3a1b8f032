#pragma once

#include <memory>
#include <string_view>

#include <tenon/backend/driver.hpp>
#include <tenon/export.hpp>

namespace tenon::backend {

/// Makes a driver known to Database::open by its schemes; a later driver replaces an earlier one of the
/// same scheme. The bundled backends register themselves when they are linked. Thread-safe.
TENON_API void register_driver(std::shared_ptr<const Driver> driver);

/// The driver of a URL scheme. Throws `Error` (unsupported) that names the schemes there are.
[[nodiscard]] TENON_API std::shared_ptr<const Driver> find_driver(std::string_view scheme);
/// The same, but null when there is none.
[[nodiscard]] TENON_API std::shared_ptr<const Driver> known_driver(std::string_view scheme);

}  // namespace tenon::backend
