#pragma once

#include <cstdlib>
#include <string>

namespace tenon::test {

/// A variable of the environment, as tests/support/with_postgres.sh sets them; empty where there is none.
inline std::string variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  return value != nullptr ? value : "";
}

}  // namespace tenon::test
