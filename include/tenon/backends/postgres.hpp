#pragma once

#include <tenon/export.hpp>

namespace tenon::postgres {

/// Makes the URL schemes `postgresql`, `postgres` and `postgresql+psycopg2` known to Database::open.
///
/// Linking the CMake target tenon::postgres is enough: it registers itself at program start. Call this
/// where static initialisers do not run, for example when the library is loaded by other means.
/// Thread-safe; calling it again does no harm.
TENON_API void register_driver();

}  // namespace tenon::postgres
