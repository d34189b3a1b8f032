#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

/// Which tenant a caller's API key stands for. Only the keys' SHA-256 are known.
class ApiKeys {
 public:
  /// Reads lines of `SHA256 TENANT`, as key_line() makes them; lines that begin with # are comments. Throws
  /// std::runtime_error: for a line that is none, naming it, and for a file that cannot be read or has no
  /// key.
  static ApiKeys read(const std::filesystem::path& file);

  [[nodiscard]] std::optional<std::string> tenant_of(const std::string& key) const;

 private:
  std::map<std::string, std::string> tenants_;
};

/// A new key of 256 random bits.
std::string new_api_key();
/// The line of the keys' file that lets its holder in. Throws std::runtime_error for a tenant that is not 1
/// to 255 bytes of UTF-8, or has blanks or control characters.
std::string key_line(const std::string& key, const std::string& tenant);
/// SHA-256 in hex.
std::string hash_of_key(const std::string& key);
