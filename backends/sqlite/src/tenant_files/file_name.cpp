#include "file_name.hpp"

#include <algorithm>

#include <tenon/detail/sha256.hpp>

namespace tenon::sqlite {
namespace {

constexpr std::string_view ending = ".db";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr char escape = '%';
constexpr char hash_mark = '@';
constexpr std::size_t hash_length = 64;
// File systems take 255 bytes (NAME_MAX); SQLite puts endings of its own behind.
constexpr std::size_t longest_stem = 200;

bool is_plain(char c, bool first) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c == '-' && !first);
}

std::optional<std::string> decoded(std::string_view stem) {
  std::string tenant;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    if (stem[i] != escape) {
      tenant += stem[i];
      continue;
    }
    if (i + 2 >= stem.size()) return std::nullopt;
    const std::size_t high = hex_digits.find(stem[i + 1]);
    const std::size_t low = hex_digits.find(stem[i + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    tenant += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return tenant;
}

}  // namespace

std::string tenant_file_name(std::string_view tenant) {
  std::string name;
  for (const char c : tenant) {
    if (is_plain(c, name.empty())) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name.append({escape, hex_digits[byte >> 4U], hex_digits[byte & 0xFU]});
    }
    if (name.size() > longest_stem) return hash_mark + tenon::detail::sha256(tenant) + std::string(ending);
  }
  return name.append(ending);
}

std::optional<std::string> tenant_of_file_name(std::string_view name) {
  if (!name.ends_with(ending)) return std::nullopt;
  std::optional<std::string> tenant = decoded(name.substr(0, name.size() - ending.size()));
  // Only the one spelling counts: a file that nothing leads to is nobody's.
  if (!tenant || tenant->empty() || tenant_file_name(*tenant) != name) return std::nullopt;
  return tenant;
}

bool is_tenant_file_name(std::string_view name) {
  if (tenant_of_file_name(name)) return true;
  if (name.size() != 1 + hash_length + ending.size() || name.front() != hash_mark) return false;
  const std::string_view hash = name.substr(1, hash_length);
  return name.ends_with(ending) &&
         std::ranges::all_of(hash, [](char c) { return hex_digits.find(c) != std::string_view::npos; });
}

}  // namespace tenon::sqlite
