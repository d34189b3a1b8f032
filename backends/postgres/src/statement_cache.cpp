#include "statement_cache.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <utility>

#include <tenon/detail/sha256.hpp>

namespace tenon::postgres {

[[gnu::hot]] StatementCache::Found StatementCache::find(std::uint64_t id, std::string_view sql,
                                                        bool lasting) {
  const auto found = entries_.find(id);
  if (found == entries_.end())
    return {evicted_.contains(id) || unnamed_.contains(id) ? Lookup::unnamed : Lookup::absent};
  Entry& entry = found->second;
  if (entry.compared.data() != sql.data() || entry.compared.size() != sql.size() || !lasting) {
    if (entry.sql != sql) return {Lookup::unnamed};
    if (lasting) entry.compared = sql;
  }
  entry.used = ++uses_;
  return {Lookup::prepared, entry.name.data()};
}

void StatementCache::add(std::uint64_t id, std::string_view sql, const Name& name) {
  const auto [place, added] = entries_.try_emplace(id);
  if (!added) return;
  ++uses_;
  place->second = {name, std::string(sql), {}, uses_, uses_};
  if (entries_.size() > limit_) discard(least_recent());
}

std::uint64_t StatementCache::least_recent() const {
  const auto least = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return a.second.used < b.second.used;
  });
  return least->first;
}

void StatementCache::forget(std::uint64_t id) {
  entries_.erase(id);
}

void StatementCache::discard(std::uint64_t id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  ++let_go_;
  if (deallocates_) evicted_.insert_or_assign(id, found->second.name);
  entries_.erase(found);
}

bool StatementCache::outdate(std::uint64_t id) {
  const auto found = entries_.find(id);
  const bool at_first_use = found != entries_.end() && found->second.used == found->second.added;
  if (at_first_use) {
    if (unnamed_.size() >= limit_) unnamed_.clear();
    unnamed_.insert(id);
  }
  discard(id);
  return !at_first_use;
}

void StatementCache::discard_all() {
  while (!entries_.empty()) discard(entries_.begin()->first);
}

void StatementCache::clear() {
  ++let_go_;
  entries_.clear();
  evicted_.clear();
}

std::vector<StatementCache::Name> StatementCache::take_evicted() {
  std::vector<Name> names;
  names.reserve(evicted_.size());
  for (const auto& [id, name] : evicted_) names.push_back(name);
  evicted_.clear();
  return names;
}

StatementCache::Name StatementCache::unused(Name name) const noexcept {
  if (let_go_ == 0) return name;
  constexpr std::ptrdiff_t room = 12;  // an underscore, ten digits and the zero
  char* const end = std::find(name.begin(), name.end() - room, '\0');
  *end = '_';
  std::to_chars(end + 1, name.end() - 1, let_go_);
  return name;
}

StatementCache::Name StatementCache::name_of(std::uint64_t id) noexcept {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  Name name{"tenon_0000000000000000"};
  for (std::size_t at = std::string_view(name.data()).size(); id != 0; id >>= 4U)
    name[--at] = hexadecimal[id & 0xFU];
  return name;
}

StatementCache::Name StatementCache::name_of(std::string_view sql,
                                             std::span<const backend::Type> parameters) {
  constexpr std::string_view prefix = "tenon_raw_";
  constexpr std::size_t digest_length = 32;  // in hexadecimal: 128 bits
  std::string of;
  for (const backend::Type type : parameters) of += std::to_string(static_cast<int>(type)) + ' ';
  const std::string digest = detail::sha256((of += ';') += sql);
  Name name{};
  const auto end = std::copy(prefix.begin(), prefix.end(), name.begin());
  std::copy_n(digest.begin(), digest_length, end);
  return name;
}

}  // namespace tenon::postgres
