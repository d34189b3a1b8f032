#include "keys.hpp"

#include <fstream>
#include <stdexcept>

#include <tenon/error.hpp>
#include <tenon/tenant_context.hpp>

#include "../common/crypto.hpp"
#include "../common/output.hpp"

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of(hex_digits) == std::string::npos;
}

// One word of a line, and an id that tenon takes.
bool is_tenant(const std::string& text) {
  if (text.find(' ') != std::string::npos || common::printable(text) != text) return false;
  try {
    (void)tenon::TenantContext(text);
    return true;
  } catch (const tenon::Error&) {
    return false;
  }
}

}  // namespace

std::string new_api_key() {
  return "ops_" + common::random_hex(32);
}

std::string key_line(const std::string& key, const std::string& tenant) {
  if (!is_tenant(tenant))
    throw std::runtime_error("a tenant is 1 to 255 bytes of UTF-8 without blanks and control characters");
  return hash_of_key(key) + " " + tenant;
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
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const std::string hash = line.substr(0, line.find(' '));
    const std::string tenant = hash.size() < line.size() ? line.substr(hash.size() + 1) : std::string();
    if (!is_hash(hash) || !is_tenant(tenant))
      throw std::runtime_error(file.string() + ":" + std::to_string(number) +
                               ": write SHA256 TENANT, as `ops_api new-key TENANT` prints it");
    keys.tenants_[hash] = tenant;
  }
  if (in.bad()) throw std::runtime_error("cannot read " + file.string());
  if (keys.tenants_.empty()) throw std::runtime_error("there is no key in " + file.string());
  return keys;
}

std::optional<std::string> ApiKeys::tenant_of(const std::string& key) const {
  const auto found = tenants_.find(hash_of_key(key));
  return found == tenants_.end() ? std::nullopt : std::optional(found->second);
}
