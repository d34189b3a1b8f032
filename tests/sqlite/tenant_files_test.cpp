// One file per tenant: which file a tenant has, who may read it, and what is refused.

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include <boost/describe/class.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenon/database.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/raw_sql.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

namespace fs = std::filesystem;

class TenantFiles : public ::testing::Test {
 protected:
  [[nodiscard]] std::string url() const { return "sqlite:" + directory.string() + "/?tenants=files"; }
  [[nodiscard]] Database open(std::size_t most = 64) const {
    Config config = Config::from_url(url());
    config.sqlite.open_tenants = most;
    config.sqlite.synchronous = Synchronous::normal;
    config.pool.acquire_timeout = 500ms;
    return Database::open(config);
  }
  [[nodiscard]] Database migrated(std::size_t most = 64) const {
    Database database = open(most);
    database.migrate();
    return database;
  }
  static PolicyStore policies(const Database& database, const std::string& tenant) {
    return PolicyStore{database.scope(TenantContext{tenant})};
  }
  static void put(const Database& database, const std::string& tenant, const std::string& id = "p") {
    policies(database, tenant).insert({.id = id, .name = "of " + tenant});
  }
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory))
      if (entry.path().extension() == ".db" && entry.path().filename() != "@schema.db")
        names.insert(entry.path().filename().string());
    return names;
  }
  [[nodiscard]] static mode_t mode(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
  }

  TemporaryFolder folder;
  fs::path directory = folder.path() / "tenants";
};

TEST_F(TenantFiles, HoldEachTenantsRowsApart) {
  const Database database = migrated();
  put(database, "acme");
  put(database, "globex");
  EXPECT_EQ(files(), (std::set<std::string>{"acme.db", "globex.db"}));
  Stranger acme((directory / "acme.db").string());
  EXPECT_EQ(acme.number("SELECT count(*) FROM tenon_policies"), 1);
  EXPECT_EQ(acme.number("SELECT count(*) FROM tenon_policies WHERE tenant_id = 'acme'"), 1);
}

TEST_F(TenantFiles, AreMadeByTheFirstWriteAndNotByReads) {
  const Database database = migrated();
  const TenantScope acme = database.scope(TenantContext{"acme"});
  EXPECT_EQ(PolicyStore{acme}.count(), 0U);
  EXPECT_EQ(acme.query<std::int64_t>("SELECT count(*) FROM policies").at(0), 0);
  acme.transact([](Transaction& tx) { EXPECT_EQ(PolicyStore{tx}.count(), 0U); },
                {.access = backend::Access::read});
  EXPECT_TRUE(files().empty());
  put(database, "acme");
  EXPECT_EQ(PolicyStore{acme}.count(), 1U);
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(TenantFiles, AreNotMadeBeforeThereIsASchema) {
  const Database database = open();
  EXPECT_EQ(kind_of([&] { put(database, "acme"); }), Error::Kind::schema_mismatch);
  EXPECT_TRUE(files().empty());
}

TEST_F(TenantFiles, HaveNamesThatNoTwoTenantsShareAndThatLeadNowhereElse) {
  const std::vector<std::string> tenants{"acme",
                                         "ACME",
                                         "Acme",
                                         "acme ",
                                         "acme.db",
                                         "acme.db-wal",
                                         "acme%2f",
                                         "acme/",
                                         "../acme",
                                         "..",
                                         ".",
                                         "-rf",
                                         "@schema",
                                         "@schema.db",
                                         "con",
                                         "nul",
                                         "a'b",
                                         "a\"b",
                                         "a\\b",
                                         "a;b",
                                         "a%b",
                                         "a_b",
                                         "a\nb",
                                         "~",
                                         "*",
                                         "caf\xC3\xA9",
                                         "cafe\xCC\x81",
                                         "\xD0\xB0\x63me",
                                         std::string(255, 'x'),
                                         std::string(255, 'X'),
                                         std::string(254, 'X') + "Y",
                                         std::string(255, '/'),
                                         std::string(200, 'y'),
                                         std::string(201, 'y')};
  const Database database = migrated(8);
  for (const std::string& tenant : tenants) put(database, tenant);
  EXPECT_EQ(files().size(), tenants.size());
  for (const std::string& name : files()) {
    EXPECT_LE(name.size(), 204U);
    EXPECT_TRUE(std::ranges::none_of(name, [](char c) {
      return (c >= 'A' && c <= 'Z') || c < ' ' || c > '~';
    })) << name;
  }
  for (const std::string& tenant : tenants) {
    const auto page = policies(database, tenant).find();
    ASSERT_EQ(page.items.size(), 1U) << tenant;
    EXPECT_EQ(page.items[0].name, "of " + tenant);
  }
  std::set<std::string> seen;
  database.administrator().for_each<Policy>(all(), [&](Owned<Policy>& row) { seen.insert(row.tenant); });
  EXPECT_EQ(seen, std::set<std::string>(tenants.begin(), tenants.end()));
  for (const auto& entry : fs::directory_iterator(folder.path())) EXPECT_EQ(entry.path(), directory);
}

TEST_F(TenantFiles, AreForTheirOwnerAlone) {
  const Database database = migrated();
  put(database, "acme");
  EXPECT_EQ(mode(directory), 0700U);
  for (const auto& entry : fs::directory_iterator(directory))
    EXPECT_EQ(mode(entry.path()), 0600U) << entry.path();
}

TEST_F(TenantFiles, NeedADirectoryThatCanBeMade) {
  directory = folder.path() / "absent" / "tenants";
  EXPECT_EQ(kind_of([&] { (void)open(); }), Error::Kind::unavailable);
  directory = folder.path() / "file";
  std::ofstream(directory) << "text";
  EXPECT_EQ(kind_of([&] { (void)open(); }), Error::Kind::unavailable);
}

TEST_F(TenantFiles, AreAskedForByOneParameterOnly) {
  for (const char* wrong : {"?tenants=file", "?tenants=", "?tenants=files&x=1", "?x=1"})
    EXPECT_EQ(kind_of([&] { (void)Database::open("sqlite:" + directory.string() + "/" + wrong); }),
              Error::Kind::invalid_argument)
        << wrong;
  EXPECT_EQ(kind_of([] { (void)Database::open("sqlite::memory:?tenants=files"); }),
            Error::Kind::invalid_argument);
}

TEST_F(TenantFiles, OfAnotherTenantAreRefused) {
  {
    const Database database = migrated();
    put(database, "acme");
    put(database, "globex");
  }
  fs::rename(directory / "acme.db", directory / "kept");
  fs::copy_file(directory / "globex.db", directory / "acme.db");
  const Database database = migrated();
  EXPECT_EQ(kind_of([&] { (void)policies(database, "acme").count(); }), Error::Kind::permission_denied);
  EXPECT_EQ(kind_of([&] { put(database, "acme", "q"); }), Error::Kind::permission_denied);
  EXPECT_EQ(kind_of([&] { (void)database.administrator().count<Policy>(); }),
            Error::Kind::permission_denied);
  EXPECT_EQ(policies(database, "globex").count(), 1U);
  const std::vector<Finding> findings = database.inspect();
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].name, "file-of-another-tenant");
  EXPECT_TRUE(findings[0].object.ends_with("acme.db"));
  fs::rename(directory / "kept", directory / "acme.db");
  EXPECT_EQ(policies(database, "acme").count(), 1U);
}

TEST_F(TenantFiles, WithAHashForANameAreRefusedWhenTheyAreAnothers) {
  const std::string one(255, 'X');
  const std::string two(255, 'Y');
  std::string first;
  {
    const Database database = migrated();
    put(database, one);
    first = *files().begin();
    put(database, two);
  }
  std::set<std::string> names = files();
  names.erase(first);
  fs::copy_file(directory / *names.begin(), directory / first, fs::copy_options::overwrite_existing);
  const Database database = migrated();
  EXPECT_EQ(kind_of([&] { (void)policies(database, one).count(); }), Error::Kind::permission_denied);
  EXPECT_EQ(kind_of([&] { (void)database.administrator().count<Policy>(); }),
            Error::Kind::permission_denied);
}

TEST_F(TenantFiles, ThatAreNoTenantsFilesAreRefused) {
  const Database database = migrated();
  Stranger((directory / "acme.db").string()).run("CREATE TABLE tenon_policies (id TEXT)");
  EXPECT_EQ(kind_of([&] { (void)policies(database, "acme").count(); }), Error::Kind::corrupt);
  std::ofstream(directory / "noise.db") << std::string(5'000, 'x');
  EXPECT_EQ(kind_of([&] { (void)policies(database, "noise").count(); }), Error::Kind::corrupt);
  fs::create_symlink("acme.db", directory / "link.db");
  EXPECT_EQ(kind_of([&] { put(database, "link"); }), Error::Kind::corrupt);
}

TEST_F(TenantFiles, OfAnotherDirectoryAreRefused) {
  {
    const Database database = migrated();
    put(database, "acme");
  }
  const fs::path first = std::exchange(directory, folder.path() / "second");
  const Database database = migrated();
  fs::copy_file(first / "acme.db", directory / "acme.db");
  EXPECT_EQ(kind_of([&] { (void)policies(database, "acme").count(); }), Error::Kind::schema_mismatch);
}

TEST_F(TenantFiles, LeftEmptyByACrashAreTakenIntoUse) {
  const Database database = migrated();
  std::ofstream(directory / "acme.db");
  put(database, "acme");
  EXPECT_EQ(policies(database, "acme").count(), 1U);
}

TEST_F(TenantFiles, ReplacedWhileOpenAreNotReadByNewConnections) {
  Database database = migrated();
  put(database, "globex");
  put(database, "acme");  // its file is open for writing; no reader yet
  fs::remove(directory / "acme.db");
  fs::copy_file(directory / "globex.db", directory / "acme.db");
  EXPECT_EQ(kind_of([&] { (void)policies(database, "acme").count(); }), Error::Kind::corrupt);
}

TEST_F(TenantFiles, StayClosedWhenTheDatabaseIs) {
  Database database = migrated();
  put(database, "acme");
  database.close();
  EXPECT_EQ(kind_of([&] { put(database, "acme", "q"); }), Error::Kind::unavailable);
  EXPECT_EQ(kind_of([&] { (void)policies(database, "acme").count(); }), Error::Kind::unavailable);
  EXPECT_EQ(kind_of([&] { (void)policies(database, "nobody").count(); }), Error::Kind::unavailable);
}

TEST_F(TenantFiles, KeepTheirCountsWhenTheyMakeRoom) {
  const Database database = migrated(1);
  put(database, "acme");
  EXPECT_EQ(policies(database, "acme").count(), 1U);
  const PoolStats before = database.pool_stats();
  put(database, "globex");  // acme's file is closed for it
  const PoolStats after = database.pool_stats();
  EXPECT_GT(after.created, before.created);
  EXPECT_GE(after.acquired, before.acquired);
  EXPECT_EQ(after.capacity, before.capacity);
  EXPECT_EQ(after.created, after.closed + after.total);
  EXPECT_EQ(after.evicted(Eviction::closed), after.closed);
}

// Where another thread held the list of open files at the fork, the child waited for it for ever.
TEST_F(TenantFiles, RefuseEveryCallInAForkedChild) {
  const Database database = migrated();
  put(database, "acme");
  std::atomic<bool> done = false;
  std::vector<std::thread> busy;
  for (int i = 0; i < 2; ++i)
    busy.emplace_back([&] {
      while (!done) (void)policies(database, "acme").count();
    });
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(10);
      const bool all =
          kind_of([&] { (void)policies(database, "acme").count(); }) == Error::Kind::unavailable &&
          kind_of([&] { put(database, "acme", "q"); }) == Error::Kind::unavailable &&
          database.pool_stats().total == 0;
      _exit(all ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    refused += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  done = true;
  for (std::thread& thread : busy) thread.join();
  EXPECT_EQ(refused, 40);
}

TEST_F(TenantFiles, CanBeDestroyedInAForkedChildThoughAnotherThreadWaitedForRoom) {
  {
    const Database database = migrated();
    put(database, "acme");
    put(database, "globex");
  }
  Config config = Config::from_url(url());
  config.sqlite.open_tenants = 1;
  auto engine = backend::find_driver("sqlite")->open(config);
  auto session = engine->begin(customer, {});
  std::thread waiting([&engine] { engine->begin({"globex", Role::customer, ""}, {})->rollback(); });
  std::this_thread::sleep_for(100ms);  // until it waits
  const pid_t child = fork();
  if (child == 0) {
    alarm(5);
    session.reset();
    engine->close();
    engine.reset();
    _exit(0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  session.reset();
  waiting.join();
}

}  // namespace
}  // namespace tenon::test
