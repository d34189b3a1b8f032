#pragma once

#include <array>
#include <string>
#include <utility>

namespace tenon_bench {

/// SQLAlchemy by bench/python/sqlalchemy_contender.py.
class SqlAlchemy {
 public:
  /// Scenarios and what the script calls them.
  static constexpr std::array<std::pair<const char*, const char*>, 3> operations{
      {{"get", "get"}, {"page of 50", "page"}, {"insert", "insert"}}};

  /// Whether SQLAlchemy and this module of Python are there.
  [[nodiscard]] static bool installed(const std::string& driver) { return interpreter(driver) != nullptr; }

  /// `kind` is postgres or sqlite.
  SqlAlchemy(std::string kind, std::string database)
      : kind_(std::move(kind)), database_(std::move(database)) {}
  /// Throws std::runtime_error with the script's words when it fails.
  [[nodiscard]] double seconds_per(const std::string& operation) const;

 private:
  [[nodiscard]] static const char* interpreter(const std::string& driver);

  std::string kind_;
  std::string database_;
};

}  // namespace tenon_bench
