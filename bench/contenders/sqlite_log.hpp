#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;

namespace tenon_bench {

/// The write-ahead log of a SQLite file, seen from a connection of its own, so that who checkpoints in a
/// thread is timed as who does it within the commit. Nobody writes to the file meanwhile.
class SqliteLog {
 public:
  /// At how many tenon asks its thread for a checkpoint.
  static constexpr int tenon_checkpoint_pages = 4'000;

  /// Opens nothing before it is needed. Without a file nothing is done.
  explicit SqliteLog(std::string file) : file_(std::move(file)) {}

  /// Of a URL of tenon's; empty where it is no SQLite database.
  [[nodiscard]] static std::string file_of(std::string_view url) {
    constexpr std::string_view scheme = "sqlite:";
    return std::string(url.starts_with(scheme) ? url.substr(scheme.size()) : std::string_view());
  }

  /// Moves its pages into the file, and waits for whoever is doing so.
  void empty();

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept;
  };

  [[nodiscard]] sqlite3* connection();

  std::string file_;
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace tenon_bench
