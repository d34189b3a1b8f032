#include <string>

#include <tenon/database.hpp>

std::string version_of(const char* url) {
  return tenon::Database::open(url).version();
}
