#pragma once

#include <optional>
#include <stdexcept>
#include <string>

namespace tenon::cli {

/// What the options before a command say.
struct Settings {
  std::string url;                    ///< empty: DATABASE_URL, then sqlite:tenon.db
  std::optional<std::string> tenant;  ///< none: TENON_TENANT
  bool admin = false;
  bool json = false;
};

/// The command line asks for something that cannot be; exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command could not do its work; exit code 1.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tenon::cli
