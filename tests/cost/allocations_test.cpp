#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <tenon/tenon.hpp>

// What the library takes from the heap, counted at operator new. (What SQLite and libpq take with malloc is
// theirs, and the same for everybody.)
namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted_or_none(std::size_t size) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}
void* counted(std::size_t size) {
  if (void* const memory = counted_or_none(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
// A sanitizer's would take memory that the operators below do not know.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted_or_none(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted_or_none(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace tenon::cost {

/// A row of 12 columns, as a host has them.
struct Site {
  Uuid id;
  std::string name;
  std::string region;
  std::optional<std::string> owner;
  std::int64_t visits = 0;
  std::int32_t weight = 0;
  double cost = 0;
  bool enabled = false;
  Date opened{};
  std::optional<Timestamp> seen_at;
  Json config;
  Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Site, (),
                      (id, name, region, owner, visits, weight, cost, enabled, opened, seen_at, config,
                       created_at))

}  // namespace tenon::cost

template <>
struct tenon::Table<tenon::cost::Site> {
  static constexpr auto name = "sites";
  static constexpr auto key = std::tuple{&tenon::cost::Site::id};
};

namespace tenon::cost {
namespace {

constexpr std::size_t strings_beyond_the_object = 4;  // name, region, owner and config are long

Site site() {
  Site one;
  one.id = Uuid::time_ordered();
  one.name = "a name that is too long to be kept within the string itself";
  one.region = "a region that is too long to be kept within the string itself";
  one.owner = "an owner who is too long to be kept within the string itself";
  one.seen_at = now();
  one.config = Json{R"({"a document":"that is too long to be kept within the string itself"})"};
  return one;
}

/// The fewest allocations of several runs: caches are warm then, and growing buffers have grown. Prints
/// them, too.
std::uint64_t allocations_of(const char* what, const std::function<void()>& work) {
  std::uint64_t fewest = ~std::uint64_t{0};
  for (int run = 0; run < 8; ++run) {
    const std::uint64_t before = allocations.load(std::memory_order_relaxed);
    work();
    fewest = std::min(fewest, allocations.load(std::memory_order_relaxed) - before);
  }
  std::printf("heap allocations of %s: %llu\n", what, static_cast<unsigned long long>(fewest));
  return fewest;
}

constexpr const char* sqlite_table =
    "CREATE TABLE sites (tenant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, region TEXT NOT "
    "NULL, "
    "owner TEXT, visits INTEGER NOT NULL, weight INTEGER NOT NULL, cost REAL NOT NULL, enabled INTEGER NOT "
    "NULL, opened INTEGER NOT NULL, seen_at INTEGER, config TEXT NOT NULL, created_at INTEGER NOT NULL, "
    "PRIMARY KEY (tenant_id, id)) STRICT";

class SqliteAllocations : public ::testing::Test {
 protected:
  SqliteAllocations()
      : folder_(std::filesystem::temp_directory_path() / ("tenon-cost-" + to_string(Uuid::random()))),
        database_(open(folder_)),
        scope_(database_.scope(TenantContext{"acme"})),
        sites_(scope_) {}
  ~SqliteAllocations() override {
    database_.close();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static Database open(const std::filesystem::path& folder) {
    std::filesystem::create_directory(folder);
    Config config;
    config.url = "sqlite:" + (folder / "cost.db").string();
    config.sqlite.synchronous = Synchronous::normal;
    Database database = Database::open(config);
    database.migrate();
    database.migrator("cost", {{1, "sites", sqlite_table, ""}}).up();
    return database;
  }

  std::filesystem::path folder_;
  Database database_;
  TenantScope scope_;
  Repository<Site> sites_;
};

TEST_F(SqliteAllocations, OfAGetAreTheStringsThatItReturns) {
  const Site stored = site();
  sites_.insert(stored);
  EXPECT_EQ(allocations_of("a get of four long strings, SQLite",
                           [&] { ASSERT_EQ(sites_.get(stored.id)->owner, stored.owner); }),
            strings_beyond_the_object);
}

TEST_F(SqliteAllocations, OfAGetOfAMissingKeyAreNone) {
  const Uuid missing = Uuid::random();
  EXPECT_EQ(allocations_of("a get of a missing key, SQLite", [&] { ASSERT_FALSE(sites_.get(missing)); }),
            0U);
}

TEST_F(SqliteAllocations, OfAnInsertAndAnUpdateAreNone) {
  Site stored = site();
  sites_.upsert(stored);
  EXPECT_EQ(allocations_of("an upsert, SQLite", [&] { sites_.upsert(stored); }), 0U) << "upsert";
  EXPECT_EQ(allocations_of("an update, SQLite", [&] { sites_.update(stored); }), 0U) << "update";
}

TEST_F(SqliteAllocations, OfAPageAreItsStringsTheRoomForItsRowsAndItsCursor) {
  constexpr std::size_t rows = 20;
  for (std::size_t i = 0; i < rows; ++i) sites_.insert(site());
  const auto query = all().limit(rows);
  EXPECT_LE(allocations_of("a page of 20 rows of four long strings, SQLite",
                           [&] { ASSERT_EQ(sites_.find(query).items.size(), rows); }),
            rows * strings_beyond_the_object + 3);
}

#ifdef TENON_COST_POSTGRES
class PostgresAllocations : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const url = std::getenv("TENON_TEST_POSTGRES_URL");
    if (url == nullptr) GTEST_SKIP() << "TENON_TEST_POSTGRES_URL is not set; run tests/run.sh";
    Config config;
    config.url = url;
    database_ = Database::open(config);
    database_->migrate();
    stored_.id = Uuid::time_ordered();
    stored_.request_id = "a request id that is too long to be kept within the string itself";
    stored_.started_at = now();
    stored_.result_json = Json{R"({"a document":"that is too long to be kept within the string itself"})"};
  }
  [[nodiscard]] TenantScope scope() const {
    return database_->scope(TenantContext{"cost-" + to_string(Uuid::random())});
  }

  std::optional<Database> database_;
  Analysis stored_;
};

TEST_F(PostgresAllocations, OfAGetAreTheStringsThatItReturns) {
  const AnalysisStore store{scope()};
  store.insert(stored_);
  constexpr std::uint64_t strings = 2;
  EXPECT_EQ(
      allocations_of("a get of two long strings, PostgreSQL", [&] { ASSERT_TRUE(store.get(stored_.id)); }),
      strings);
}

TEST_F(PostgresAllocations, OfAnUpsertAndAnUpdateAreNone) {
  const Repository<Analysis> rows{scope()};
  rows.upsert(stored_);
  EXPECT_EQ(allocations_of("an upsert, PostgreSQL", [&] { rows.upsert(stored_); }), 0U) << "upsert";
  EXPECT_EQ(allocations_of("an update, PostgreSQL", [&] { rows.update(stored_); }), 0U) << "update";
}
#endif

}  // namespace
}  // namespace tenon::cost
