#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <tenon/cache_metadata.hpp>
#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// What is known of the entries of a host's cache.
class CacheEntries : public ConformanceTest {
 protected:
  [[nodiscard]] Repository<CacheMetadata> cache() const { return Repository<CacheMetadata>(acme()); }
};

TEST_P(CacheEntries, ComeBackAsTheyWereStored) {
  CacheMetadata entry;
  entry.cache_key = "prices/eu/🦊";
  entry.cache_type = "price";
  entry.expires_at = now() + std::chrono::hours(1);
  entry.last_accessed = now();
  entry.created_at = entry.updated_at = now();
  cache().insert(entry);
  EXPECT_EQ(cache().get(entry.cache_key), entry);
  TENON_EXPECT_ERROR(already_exists, cache().insert(entry));
}

TEST_P(CacheEntries, CountTheirHits) {
  cache().insert({.cache_key = "k", .cache_type = "t"});
  const Timestamp accessed = now();
  for (int i = 0; i < 3; ++i)
    cache().patch("k", increase<&CacheMetadata::hit_count>(1),
                  set<&CacheMetadata::last_accessed>(accessed));
  const CacheMetadata kept = cache().get("k").value();
  EXPECT_EQ(kept.hit_count, 3);
  EXPECT_EQ(kept.last_accessed, accessed);
  TENON_EXPECT_ERROR(not_found, cache().patch("other", increase<&CacheMetadata::hit_count>(1)));
  TENON_EXPECT_ERROR(constraint_violation, cache().patch("k", increase<&CacheMetadata::hit_count>(-4)));
}

TEST_P(CacheEntries, AreRemovedWhenTheyExpire) {
  const Timestamp present = now();
  std::vector<CacheMetadata> rows(3);
  rows[0].cache_key = "old";
  rows[0].expires_at = present - std::chrono::seconds(1);
  rows[1].cache_key = "fresh";
  rows[1].expires_at = present + std::chrono::seconds(60);
  rows[2].cache_key = "forever";
  cache().upsert_all(rows);
  EXPECT_EQ(cache().remove_where(field<&CacheMetadata::expires_at> <= present), 1U);
  EXPECT_EQ(cache().count(field<&CacheMetadata::expires_at>.is_null()), 1U);
  EXPECT_TRUE(cache().exists("fresh"));
}

TEST_P(CacheEntries, MustHaveAKey) {
  TENON_EXPECT_ERROR(constraint_violation, cache().insert({.cache_key = "", .cache_type = "t"}));
}

TENON_CONFORMANCE_SUITE(CacheEntries);

}  // namespace tenon::testing
