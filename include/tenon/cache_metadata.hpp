#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>

#include <tenon/export.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>

namespace tenon {

/// What a host knows of an entry in a cache of its own. Use it through Repository<CacheMetadata>.
struct CacheMetadata {
  std::string cache_key{};
  std::string cache_type{};
  std::optional<Timestamp> expires_at{};  ///< never, when empty
  std::int64_t hit_count = 0;
  std::optional<Timestamp> last_accessed{};
  Timestamp created_at{};
  Timestamp updated_at{};

  friend TENON_API bool operator==(const CacheMetadata& a, const CacheMetadata& b);
};
BOOST_DESCRIBE_STRUCT(CacheMetadata, (),
                      (cache_key, cache_type, expires_at, hit_count, last_accessed, created_at, updated_at))

template <>
struct Table<CacheMetadata> {
  static constexpr auto name = "tenon.cache_metadata";
  static constexpr auto key = std::tuple{&CacheMetadata::cache_key};
};

}  // namespace tenon
