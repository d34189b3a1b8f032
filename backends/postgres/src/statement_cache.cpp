#include "statement_cache.hpp"

#include <algorithm>
#include <utility>

namespace tenon::postgres {

StatementCache::Lookup StatementCache::find(std::uint64_t id, std::string_view sql) {
  const auto found = index_.find(id);
  if (found == index_.end()) return Lookup::absent;
  if (found->second->sql != sql) return Lookup::collision;
  recent_.splice(recent_.begin(), recent_, found->second);
  return Lookup::prepared;
}

void StatementCache::add(std::uint64_t id, std::string_view sql) {
  if (index_.contains(id)) return;
  recent_.push_front({id, std::string(sql)});
  index_.emplace(id, recent_.begin());
  if (recent_.size() > limit_) discard(recent_.back().id);
}

void StatementCache::forget(std::uint64_t id) {
  const auto found = index_.find(id);
  if (found == index_.end()) return;
  recent_.erase(found->second);
  index_.erase(found);
}

void StatementCache::discard(std::uint64_t id) {
  forget(id);
  if (std::find(evicted_.begin(), evicted_.end(), id) == evicted_.end()) evicted_.push_back(id);
}

void StatementCache::discard_all() {
  while (!recent_.empty()) discard(recent_.back().id);
}

void StatementCache::clear() {
  recent_.clear();
  index_.clear();
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
