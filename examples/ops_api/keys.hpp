#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

/// Which tenant a caller's API key stands for. Only the keys' SHA-256 are known.
class ApiKeys {
 public:
  /// Reads lines of `SHA256 TENANT`; lines that begin with # are comments. Throws std::runtime_error that
  /// names the line.
  static ApiKeys read(const std::filesystem::path& file);

  [[nodiscard]] std::optional<std::string> tenant_of(const std::string& key) const;

 private:
  std::map<std::string, std::string> tenants_;
};

/// A new key of 256 random bits.
std::string new_api_key();
/// SHA-256 in hex.
std::string hash_of_key(const std::string& key);
