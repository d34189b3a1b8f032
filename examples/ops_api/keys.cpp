#include "keys.hpp"

#include <array>
#include <fstream>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdexcept>

namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] / 16];
    text += "0123456789abcdef"[bytes[i] % 16];
  }
  return text;
}

}  // namespace

std::string new_api_key() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("there is no randomness to be had");
  return "ops_" + hex(bytes.data(), bytes.size());
}

std::string hash_of_key(const std::string& key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 failed");
  return hex(digest.data(), size);
}

ApiKeys ApiKeys::read(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  ApiKeys keys;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    const std::string hash = line.substr(0, line.find(' '));
    const std::string tenant = hash.size() < line.size() ? line.substr(hash.size() + 1) : std::string();
    const bool is_hash =
        hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash || tenant.empty())
      throw std::runtime_error(file.string() + ":" + std::to_string(number) +
                               ": write SHA256 TENANT, as `ops_api new-key TENANT` prints it");
    keys.tenants_[hash] = tenant;
  }
  return keys;
}

std::optional<std::string> ApiKeys::tenant_of(const std::string& key) const {
  const auto found = tenants_.find(hash_of_key(key));
  return found == tenants_.end() ? std::nullopt : std::optional(found->second);
}
