#pragma once

#include <tenon/export.hpp>

namespace tenon::sqlite {

/// Makes the scheme `sqlite` known to Database::open. Linking the target tenon::sqlite is enough with
/// CMake; a host that links by hand, or loads the backend late, calls this once before it opens a database.
/// Further calls change nothing.
///
/// URL forms: `sqlite:path` (taken literally), `sqlite:///relative` and `sqlite:////absolute` (three
/// slashes and four, as SQLAlchemy has them; %XX is decoded in these two), `sqlite::memory:` and
/// `sqlite://` (a private database in memory). With the one parameter that there is,
/// `sqlite:directory/?tenants=files`, the path is a directory in which each tenant has a file of its own.
///
/// Thread safety: may be called from any thread.
TENON_API void register_driver();

}  // namespace tenon::sqlite
