#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon {

/// One numbered step of a schema, with the SQL that takes it and, where given, the SQL that takes it back.
struct Migration {
  std::int64_t version = 0;  ///< positive, unique within its component
  std::string name;          ///< what stands behind the number in the file's name
  std::string up;
  std::string down;  ///< empty: cannot be taken back
};

/// A migration whose text was compiled into the program (CMake function tenon_embed_migrations).
struct EmbeddedMigration {
  std::int64_t version;
  std::string_view name;
  std::string_view up;
  std::string_view down;
};

}  // namespace tenon
