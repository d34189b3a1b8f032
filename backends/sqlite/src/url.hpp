#pragma once

#include <string>
#include <string_view>

namespace tenon::sqlite {

// Where a database lies.
struct Location {
  std::string path;           // empty for a database in memory
  bool memory = false;        // private to the engine that opened it
  bool tenant_files = false;  // the path is a directory with one file per tenant
};

// Reads `sqlite:path`, `sqlite:///relative`, `sqlite:////absolute` and `sqlite::memory:`. In the forms with
// slashes %XX stands for a byte, as in every URL; in `sqlite:path` the path is taken as it is, so that a
// file name with '%' needs no care. '?' begins parameters in every form; the one that there is,
// `tenants=files`, makes the path a directory. Throws Error (invalid_argument).
[[nodiscard]] Location parse_url(std::string_view url);

}  // namespace tenon::sqlite
