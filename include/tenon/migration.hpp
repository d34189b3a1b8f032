#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon {

/// One numbered step of a schema, with the SQL that takes it and, where given, the SQL that takes it back.
struct Migration {
  std::int64_t version = 0;  ///< positive, unique within its component
  std::string name;          ///< what stands behind the number in the file's name
  std::string up;
  std::string down;  ///< empty: cannot be taken back, unless there is a `down_file`

  /// Asks that neither direction runs in a transaction, as a goose file with `-- +goose NO TRANSACTION`
  /// does. A text can ask for its own direction with a line `-- tenon:no-transaction`, and statements that
  /// cannot run in a transaction are found without either.
  bool no_transaction = false;

  /// Where the texts were read, for messages. Empty: not from a file.
  std::string up_file = {};
  std::string down_file = {};
  /// Line of that file on which the text begins, from 1.
  std::size_t up_line = 1;
  std::size_t down_line = 1;
};

/// A migration whose text was compiled into the program (CMake function tenon_embed_migrations). A goose
/// file, which holds both directions, is `up` as a whole; tenon/migration_source.hpp takes it apart.
struct EmbeddedMigration {
  std::int64_t version;
  std::string_view name;
  std::string_view up;
  std::string_view down;
  std::string_view up_file = {};    ///< the file's name, for messages
  std::string_view down_file = {};  ///< empty: there is none
};

}  // namespace tenon
