#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hosting {

/// A key of AES-256.
struct Key {
  Key(std::string name, std::string_view bytes);
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();  // overwrites the key

  std::string id;
  std::array<unsigned char, 32> bytes{};
};

/// The keys that seal credentials. They are in a file of their own and never in the database.
class Keyring {
 public:
  /// Has none.
  Keyring() = default;

  /// Reads lines of `ID KEY`, the key as 64 hex digits, as new_line() makes them; lines that begin with #
  /// are comments. Throws tenon::Error: not_found without the file, permission_denied for one that others
  /// than its owner may read, invalid_argument, naming the line, for anything else in it.
  [[nodiscard]] static Keyring read(const std::filesystem::path& file);
  /// A line with a new random key. Throws tenon::Error (invalid_argument) for an id that is not of letters,
  /// digits and `-_.`.
  [[nodiscard]] static std::string new_line(const std::string& id);

  /// Adds the key of one line, as the newest.
  void add(const std::string& line);

  /// The newest, which seals. Throws tenon::Error (invalid_argument) when there is none.
  [[nodiscard]] const Key& newest() const;
  /// Throws tenon::Error (not_found).
  [[nodiscard]] const Key& get(const std::string& id) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace hosting
