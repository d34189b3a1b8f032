#include "keyring.hpp"

#include <algorithm>
#include <fstream>
#include <openssl/crypto.h>

#include <tenon/error.hpp>

#include "../common/crypto.hpp"

namespace hosting {
namespace {

using tenon::Error;

constexpr std::size_t key_bytes = 32;

bool is_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, allowed);
}

}  // namespace

Key::Key(std::string name, std::string_view key) : id(std::move(name)) {
  std::ranges::copy(key.substr(0, bytes.size()), bytes.begin());
}

Key::~Key() {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

Keyring Keyring::read(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(Error::Kind::not_found, "keys: cannot read " + file.string());
  using std::filesystem::perms;
  const perms others = std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all);
  if (others != perms::none)
    throw Error(Error::Kind::permission_denied,
                "keys: others may read " + file.string() + "; chmod 600 it");
  Keyring keyring;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    try {
      keyring.add(line);
    } catch (const Error& error) {
      throw Error(error.kind(), file.string() + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  if (in.bad()) throw Error(Error::Kind::invalid_argument, "keys: cannot read " + file.string());
  return keyring;
}

std::string Keyring::new_line(const std::string& id) {
  if (!is_id(id))
    throw Error(Error::Kind::invalid_argument, "keys: an id has letters, digits, - _ and . only");
  return id + " " + common::random_hex(key_bytes);
}

void Keyring::add(const std::string& line) {
  const std::size_t space = line.find(' ');
  const std::string id = line.substr(0, space);
  const auto key = space == std::string::npos ? std::nullopt : common::from_hex(line.substr(space + 1));
  if (!is_id(id) || !key || key->size() != key_bytes)
    throw Error(Error::Kind::invalid_argument, "write ID KEY, as `hosting keys new ID` prints it");
  if (std::ranges::find(keys_, id, &Key::id) != keys_.end())
    throw Error(Error::Kind::invalid_argument, "key " + id + " is there twice");
  keys_.emplace_back(id, *key);
}

const Key& Keyring::newest() const {
  if (keys_.empty())
    throw Error(Error::Kind::invalid_argument,
                "keys: there is none; give a file with --keys or HOSTING_KEYS");
  return keys_.back();
}

const Key& Keyring::get(const std::string& id) const {
  const auto found = std::ranges::find(keys_, id, &Key::id);
  if (found == keys_.end()) throw Error(Error::Kind::not_found, "keys: there is no key " + id);
  return *found;
}

}  // namespace hosting
