#pragma once

#include <tenon/export.hpp>

namespace tenon::sqlite {

/// Makes the scheme `sqlite` known to Database::open. Linking the target tenon::sqlite is enough with
/// CMake; a host that links by hand, or loads the backend late, calls this once before it opens a database.
/// Further calls change nothing.
///
/// URL forms: `sqlite:path` (taken literally), `sqlite:///relative` and `sqlite:////absolute` (three
/// slashes and four, as SQLAlchemy has them; %XX is decoded in these two), `sqlite::memory:` and
/// `sqlite://` (a private database in memory). There are no `?parameters`.
///
/// Thread safety: may be called from any thread.
TENON_API void register_driver();

}  // namespace tenon::sqlite
