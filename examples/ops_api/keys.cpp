#include "keys.hpp"

#include <fstream>
#include <stdexcept>

#include "../common/crypto.hpp"

std::string new_api_key() {
  return "ops_" + common::random_hex(32);
}

std::string hash_of_key(const std::string& key) {
  return common::sha256_hex(key);
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
