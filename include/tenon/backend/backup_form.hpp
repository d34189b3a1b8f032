#pragma once

#include <string>

namespace tenon::backend {

/// What the backups of a database are called: `<stem>-<moment><suffix>`.
struct BackupForm {
  std::string stem;    ///< of the database's own name; fit for a file's name
  std::string suffix;  ///< ".db", ".dump"; with the dot
};

}  // namespace tenon::backend
