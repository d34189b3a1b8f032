// One file per tenant: how many files are open, and reading across all of them.

#include <algorithm>
#include <atomic>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "tenant_files_fixture.hpp"

namespace tenon::test {
namespace {

namespace fs = std::filesystem;

// The tenants' files that this process has open.
std::set<std::string> open_files(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const fs::path file = fs::read_symlink(entry.path(), gone);
    if (!gone && file.parent_path() == directory && file.extension() == ".db" &&
        file.filename() != "@schema.db")
      names.insert(file.filename().string());
  }
  return names;
}

// The least of a few counts: one is no moment, for it takes a file that is closed meanwhile and one that is
// opened then for two.
std::size_t open_files_at_once(const fs::path& directory) {
  std::size_t least = open_files(directory).size();
  for (int again = 0; again < 3; ++again) least = std::min(least, open_files(directory).size());
  return least;
}

class TenantFilesOpen : public TenantFilesTest {};

TEST_F(TenantFilesOpen, OpensNoMoreFilesThanItMay) {
  if (!fs::exists("/proc/self/fd")) GTEST_SKIP() << "this system has no /proc to count open files with";
  Database database = open(4);
  database.migrate();
  const fs::path real = fs::canonical(directory);
  std::atomic<std::size_t> most{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      for (int turn = 0; turn < 60; ++turn) {
        const std::string tenant = "tenant-" + std::to_string((turn * 7 + number * 3) % 12);
        const std::string id = std::to_string(number) + "-" + std::to_string(turn);
        put(database, tenant, id);
        if (PolicyStore{scope(database, tenant)}.get(id).value().name != id + " of " + tenant) ++wrong;
        most = std::max(most.load(), open_files_at_once(real));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(most, 4U);
  EXPECT_EQ(database.administrator().count<Policy>(), 240U);
  EXPECT_LE(open_files(real).size(), 4U);
}

TEST_F(TenantFilesOpen, SaysWhatToDoWhenAllFilesThatMayBeOpenAreInUse) {
  Database database = open(1);
  database.migrate();
  put(database, "b");
  Transaction held = scope(database, "a").begin();
  std::thread([&] {
    const Error error = error_of([&] { (void)PolicyStore{scope(database, "b")}.count(); });
    EXPECT_EQ(error.kind(), Error::Kind::timeout);
    EXPECT_NE(std::string(error.what()).find("open_tenants"), std::string::npos) << error.what();
  }).join();
  held.rollback();
  EXPECT_EQ(PolicyStore{scope(database, "b")}.count(), 1U);
}

TEST_F(TenantFilesOpen, CountsWaitsForAFileToBeOpenedAmongThePools) {
  Database database = open(1);
  database.migrate();
  put(database, "b");
  std::optional<Transaction> held = scope(database, "a").begin();
  const PoolStats before = database.pool_stats();
  const auto while_b_waits = [&](auto&& then) {
    std::thread waiting([&] {
      try {
        (void)PolicyStore{scope(database, "b")}.count();
      } catch (const Error&) {
      }
    });
    for (int i = 0; i < 200 && database.pool_stats().waiting == 0; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(database.pool_stats().waiting, 1U);
    then();
    waiting.join();
    EXPECT_EQ(database.pool_stats().waiting, 0U);
  };
  while_b_waits([] {});
  EXPECT_EQ(database.pool_stats().timeouts, before.timeouts + 1);
  EXPECT_EQ(database.pool_stats().waited, before.waited);
  while_b_waits([&] { held.reset(); });
  EXPECT_EQ(database.pool_stats().timeouts, before.timeouts + 1);
  EXPECT_EQ(database.pool_stats().waited, before.waited + 1);
  EXPECT_GT(database.pool_stats().acquire_wait_total, before.acquire_wait_total);
}

TEST_F(TenantFilesOpen, IsMadeOnceWhenManyBeginTogether) {
  {
    Database database = open();
    database.migrate();
  }
  // Databases of their own, as processes have them.
  std::vector<std::string> failures(6);
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < failures.size(); ++number) {
    threads.emplace_back([&, number] {
      try {
        Database database = open();
        for (int tenant = 0; tenant < 5; ++tenant)
          put(database, "tenant-" + std::to_string(tenant), std::to_string(number));
      } catch (const std::exception& error) {
        failures[number] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  const Database database = open();
  for (int tenant = 0; tenant < 5; ++tenant)
    EXPECT_EQ(PolicyStore{scope(database, "tenant-" + std::to_string(tenant))}.count(), failures.size());
}

TEST_F(TenantFilesOpen, LetsAnAdministratorReadAllFilesInOneOrder) {
  Database database = open(3);
  database.migrate();
  for (int tenant = 0; tenant < 9; ++tenant)
    for (int id = 0; id < 5; ++id)
      PolicyStore{scope(database, "t" + std::to_string(tenant))}.insert(
          {.id = std::to_string(id),
           .name = std::to_string((id * 9 + tenant * 4) % 10),
           .budget = double(id)});
  const AdministratorScope administrator = database.administrator();
  EXPECT_EQ(administrator.count<Policy>(), 45U);
  EXPECT_EQ(administrator.count<Policy>(field<&Policy::budget> >= 3.0), 18U);

  std::vector<std::string> paged;
  auto query = all().order_by(desc<&Policy::name>).limit(7);
  for (std::optional<Cursor> next;;) {
    const auto page = administrator.find<Policy>(query.after(next));
    for (const auto& row : page) paged.push_back(row.entity.name + row.tenant + row.entity.id);
    next = page.next;
    if (!next) break;
  }
  std::vector<std::string> sorted = paged;
  std::ranges::sort(sorted, std::greater<>());
  EXPECT_EQ(paged, sorted);
  EXPECT_EQ(std::set<std::string>(paged.begin(), paged.end()).size(), 45U);

  std::vector<std::string> streamed;
  administrator.for_each<Policy>(all().order_by(desc<&Policy::name>), [&](Owned<Policy>& row) {
    streamed.push_back(row.entity.name + row.tenant + row.entity.id);
    return streamed.size() < 20;
  });
  EXPECT_EQ(streamed, std::vector<std::string>(paged.begin(), paged.begin() + 20));
}

TEST_F(TenantFilesOpen, LeavesTheDatabaseUsableWhenAnAdministratorsVisitorThrows) {
  Database database = open(1);
  database.migrate();
  put(database, "a");
  put(database, "b");
  EXPECT_THROW(database.administrator().for_each<Policy>(all(), [](Owned<Policy>&) { throw 7; }), int);
  EXPECT_EQ(database.administrator().count<Policy>(), 2U);
}

}  // namespace
}  // namespace tenon::test
