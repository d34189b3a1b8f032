#include "statement_cache.hpp"

#include <algorithm>
#include <utility>

namespace tenon::postgres {

[[gnu::hot]] StatementCache::Found StatementCache::find(std::uint64_t id, std::string_view sql,
                                                        bool lasting) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return {Lookup::absent};
  Entry& entry = found->second;
  if (entry.compared.data() != sql.data() || entry.compared.size() != sql.size() || !lasting) {
    if (entry.sql != sql) return {Lookup::collision};
    if (lasting) entry.compared = sql;
  }
  entry.used = ++uses_;
  return {Lookup::prepared, entry.name.data()};
}

void StatementCache::add(std::uint64_t id, std::string_view sql) {
  const auto [place, added] = entries_.try_emplace(id);
  if (!added) return;
  place->second = {name_of(id), std::string(sql), {}, ++uses_};
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
  forget(id);
  if (std::find(evicted_.begin(), evicted_.end(), id) == evicted_.end()) evicted_.push_back(id);
}

void StatementCache::discard_all() {
  while (!entries_.empty()) discard(entries_.begin()->first);
}

void StatementCache::clear() {
  entries_.clear();
  evicted_.clear();
}

std::vector<std::uint64_t> StatementCache::take_evicted() {
  return std::exchange(evicted_, {});
}

StatementCache::Name StatementCache::name_of(std::uint64_t id) noexcept {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  Name name{"tenon_0000000000000000"};
  for (std::size_t at = name.size() - 1; id != 0; id >>= 4U) name[--at] = hexadecimal[id & 0xFU];
  return name;
}

}  // namespace tenon::postgres
