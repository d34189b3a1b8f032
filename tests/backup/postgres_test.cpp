#include <csignal>
#include <cstdlib>
#include <netinet/in.h>
#include <optional>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "backup_folder.hpp"
#include "support/environment.hpp"
#include "support/server_sql.hpp"

namespace tenon::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class PostgresBackup : public BackupFolder {
 protected:
  void SetUp() override {
    BackupFolder::SetUp();
    if (variable("TENON_TEST_POSTGRES_TLS").empty())
      GTEST_SKIP() << "run it under tests/support/with_postgres.sh --tls";
    server_.emplace(variable("TENON_TEST_POSTGRES_URL"));
    server_->run("create database backup_source");
    server_->run("create database backup_copy");
  }
  void TearDown() override {
    if (server_) {
      for (const char* const name : {"backup_source", "backup_copy"}) server_->drop_database(name);
      server_->run("drop role if exists backup_login");
    }
    BackupFolder::TearDown();
  }

  // The server's port and directory stay; `login` may have a password.
  static std::string url(const std::string& database, const std::string& login = "postgres") {
    std::string text = variable("TENON_TEST_POSTGRES_TCP_URL");
    text.replace(text.find("postgres@"), 8, login);
    return text.substr(0, text.rfind('/') + 1) + database;
  }
  static Database open(const std::string& url) {
    Config config = Config::from_url(url);
    config.postgres.accept_findings = {"*"};  // the superuser's login
    return Database::open(config);
  }
  static Database migrated() {
    Database database = open(url("backup_source"));
    database.migrate();
    return database;
  }
  // A program in pg_dump's place, for /bin/sh.
  [[nodiscard]] std::string program(const std::string& script) const {
    const std::filesystem::path path = folder() / "program";
    write(path, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
  }
  // What pg_dump would write, in a file that the script names so.
  static std::string writing_an_archive() {
    return "for word; do case $word in --file=*) printf PGDMP > \"${word#--file=}\";; esac; done\n";
  }
  [[nodiscard]] std::string note() const { return (folder() / "note").string(); }
  void await_note() const {
    for (const auto end = steady_clock::now() + seconds{20}; read(note()).empty();) {
      ASSERT_LT(steady_clock::now(), end);
      std::this_thread::sleep_for(milliseconds{5});
    }
  }
  [[nodiscard]] bool noted_process_runs() const {
    await_note();  // it was there before the program was ended, or never will be
    return ::kill(std::stoi("0" + read(note())), 0) == 0;
  }
  // Tells its process, then takes a minute.
  [[nodiscard]] std::string slow_program() const {
    return program("echo $$ > '" + note() + ".new' && mv '" + note() + ".new' '" + note() +
                   "'; exec sleep 60");
  }

  std::optional<ServerConnection> server_;
};

TEST_F(PostgresBackup, IsReadBackByPgRestore) {
  const Database database = migrated();
  put(database, "acme", "a");
  put(database, "globex", "g");
  const BackupReport report = database.backup(backups());
  EXPECT_THAT(report.file, testing::MatchesRegex(".*/backup_source-[0-9]+T[0-9]+\\.[0-9]+Z\\.dump"));
  EXPECT_EQ(report.bytes, static_cast<std::int64_t>(std::filesystem::file_size(report.file)));
  EXPECT_EQ(std::filesystem::status(report.file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  put(database, "acme", "later");

  ASSERT_EQ(
      std::system(("pg_restore --exit-on-error --dbname='" + url("backup_copy") + "' '" + report.file + "'")
                      .c_str()),
      0);
  const Database copy = open(url("backup_copy"));
  EXPECT_THAT(ids(copy, "acme"), ElementsAre("a"));
  EXPECT_THAT(ids(copy, "globex"), ElementsAre("g"));
  put(copy, "acme", "b");
  EXPECT_EQ(copy.health().pending_migrations, 0);
}

TEST_F(PostgresBackup, KeepsTheNewest) {
  const Database database = migrated();
  write(folder() / "backups" / "backup_source-20200101T000000.000Z.dump", "old");
  const BackupReport report = database.backup(backups(), {.keep_newest = 1});
  EXPECT_THAT(report.removed, SizeIs(1));
  EXPECT_THAT(names(), ElementsAre(std::filesystem::path(report.file).filename().string()));
}

TEST_F(PostgresBackup, TellsWhatCouldNotBeRemoved) {
  const Database database = migrated();
  const std::string old = backups() + "/backup_source-20200101T000000.000Z.dump";
  write(old, "old");
  write(backups() + "/backup_source-20190101T000000.000Z.dump", "older");
  const std::string in_the_way =
      "mkdir -p '" + backups() + "/.backup_source-20200101T000000.000Z.dump.draft/x'\n";
  const BackupReport report =
      database.backup(backups(), {.keep_newest = 1, .pg_dump = program(in_the_way + writing_an_archive())});
  EXPECT_THAT(report.not_removed, ElementsAre(HasSubstr(old + ": ")));
  EXPECT_THAT(report.removed, ElementsAre(backups() + "/backup_source-20190101T000000.000Z.dump"));
  EXPECT_EQ(read(old), "old");
}

// A backup that lacks rows without a word would be the worst of all.
TEST_F(PostgresBackup, RefusesALoginThatMayNotReadEveryRow) {
  put(migrated(), "acme", "a");
  server_->run("create role backup_login login in role tenon_app, pg_read_all_data");
  Config config = Config::from_url(url("backup_source", "backup_login"));
  const Database database = Database::open(config);
  EXPECT_THAT(refused(Error::Kind::permission_denied, [&] { (void)database.backup(backups()); }),
              AllOf(HasSubstr("row-level security"), HasSubstr("migration_url")));
  EXPECT_THAT(names(), IsEmpty());
  config.postgres.migration_url = url("backup_source");
  EXPECT_GT(Database::open(config).backup(backups()).bytes, 0);
}

TEST_F(PostgresBackup, LogsInWithThePassword) {
  if (!server_->run("select 1 from pg_roles where rolname = 'password_users'"))
    server_->run("create role password_users");
  server_->run("create role backup_login login superuser password 's3cret' in role password_users");
  const Database database = open(url("backup_source", "backup_login:s3cret"));
  EXPECT_GT(database.backup(backups()).bytes, 0);
}

TEST_F(PostgresBackup, ShowsThePasswordToNobody) {
  server_->run("create role backup_login login superuser");
  const Database database = open(url("backup_source", "backup_login:s3cret"));
  const std::string noting = "(echo \"$@\"; echo \"from the environment: $PGPASSWORD\") > '" + note() + "'";
  (void)database.backup(backups(), {.pg_dump = program(noting + "\n" + writing_an_archive())});
  EXPECT_THAT(read(note()),
              AllOf(HasSubstr("user='backup_login'"), HasSubstr("from the environment: s3cret\n")));
  EXPECT_THAT(read(note()).substr(0, read(note()).find('\n')), Not(HasSubstr("s3cret")));
}

TEST_F(PostgresBackup, TellsWhyTheProgramFailed) {
  const Database database = migrated();
  const std::string failing = program("echo 'pg_dump: error: the disk is gone' >&2; echo more >&2; exit 1");
  EXPECT_THAT(
      refused(Error::Kind::unavailable, [&] { (void)database.backup(backups(), {.pg_dump = failing}); }),
      AllOf(HasSubstr("failed: the disk is gone"), Not(HasSubstr("more"))));
  const std::string old = program("echo 'pg_dump: error: server version mismatch' >&2; exit 1");
  refused(Error::Kind::unsupported, [&] { (void)database.backup(backups(), {.pg_dump = old}); });
  refused(Error::Kind::unavailable,
          [&] { (void)database.backup(backups(), {.pg_dump = program("kill -9 $$")}); });
  EXPECT_THAT(names(), IsEmpty());
}

// One that runs in a container writes its file there.
TEST_F(PostgresBackup, IsNoneWithoutAnArchive) {
  const Database database = migrated();
  write(folder() / "backups" / "backup_source-20200101T000000.000Z.dump", "old");
  EXPECT_THAT(
      refused(Error::Kind::unavailable,
              [&] { (void)database.backup(backups(), {.keep_newest = 1, .pg_dump = program("exit 0")}); }),
      HasSubstr("wrote no archive"));
  EXPECT_THAT(names(), ElementsAre("backup_source-20200101T000000.000Z.dump"));
}

// Who holds its standard error open longer than it lives does not hold the backup up.
TEST_F(PostgresBackup, EndsWithTheProgram) {
  const Database database = migrated();
  const std::string leaving = program(writing_an_archive() + "sleep 60 & exit 0");
  const auto start = steady_clock::now();
  EXPECT_EQ(database.backup(backups(), {.pg_dump = leaving}).bytes, 5);
  EXPECT_LT(steady_clock::now() - start, seconds{30});
}

TEST_F(PostgresBackup, WaitsForAMigrationsLockNoLongerThanItMay) {
  put(migrated(), "acme", "a");
  const Database database = migrated();
  ServerConnection holder(url("backup_source"));
  holder.run("begin; lock table tenon.policies in access exclusive mode");
  EXPECT_THAT(
      refused(Error::Kind::timeout, [&] { (void)database.backup(backups(), {.timeout = seconds{2}}); }),
      HasSubstr("deadline"));
  holder.run("rollback");
}

TEST_F(PostgresBackup, TellsOfAServerThatIsGone) {
  Config config = Config::from_url(url("backup_source"));
  config.postgres.accept_findings = {"*"};
  config.postgres.migration_url = "postgresql://nobody@127.0.0.1:1/none";
  refused(Error::Kind::unavailable, [&] { (void)Database::open(config).backup(backups()); });
  EXPECT_THAT(names(), IsEmpty());
}

// It takes the connection and says nothing.
TEST_F(PostgresBackup, WaitsForAFrozenServerNoLongerThanItMay) {
  const int frozen = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(frozen, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(frozen, 1), 0);
  ASSERT_EQ(::getsockname(frozen, reinterpret_cast<sockaddr*>(&address), &size), 0);
  Config config = Config::from_url(url("backup_source"));
  config.postgres.accept_findings = {"*"};
  config.postgres.migration_url =
      "postgresql://nobody@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/none";
  const Database database = Database::open(config);
  refused(Error::Kind::timeout,
          [&] { (void)database.backup(backups(), {.timeout = std::chrono::seconds{1}}); });
  ::close(frozen);
}

TEST_F(PostgresBackup, NeedsTheProgram) {
  const Database database = migrated();
  EXPECT_THAT(refused(Error::Kind::unsupported,
                      [&] { (void)database.backup(backups(), {.pg_dump = "no-such-pg_dump"}); }),
              HasSubstr("install"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PostgresBackup, EndsTheProgramWhenItsTimeIsOver) {
  const Database database = migrated();
  EXPECT_THAT(
      refused(
          Error::Kind::timeout,
          [&] { (void)database.backup(backups(), {.timeout = seconds{4}, .pg_dump = slow_program()}); }),
      HasSubstr("deadline"));
  EXPECT_FALSE(noted_process_runs());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PostgresBackup, EndsWhenTheDatabaseIsClosed) {
  Database database = migrated();
  std::thread closer([&] {
    await_note();
    database.close();
  });
  refused(Error::Kind::unavailable, [&] { (void)database.backup(backups(), {.pg_dump = slow_program()}); });
  closer.join();
  EXPECT_FALSE(noted_process_runs());
  refused(Error::Kind::unavailable, [&] { (void)database.backup(backups()); });
}

// A program that does not heed the request to end is ended all the same.
TEST_F(PostgresBackup, EndsAProgramThatDoesNotHeed) {
  const Database database = migrated();
  const std::string deaf = program("trap '' TERM; echo $$ > '" + note() + "'; while :; do sleep 0.2; done");
  refused(Error::Kind::timeout,
          [&] { (void)database.backup(backups(), {.timeout = seconds{4}, .pg_dump = deaf}); });
  EXPECT_FALSE(noted_process_runs());
}

TEST_F(PostgresBackup, WorksForAHostThatBlocksAndIgnoresSignals) {
  const Database database = migrated();
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  refused(Error::Kind::timeout,
          [&] { (void)database.backup(backups(), {.timeout = seconds{4}, .pg_dump = slow_program()}); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_FALSE(noted_process_runs());

  const auto usual = std::signal(SIGCHLD, SIG_IGN);
  EXPECT_THAT(refused(Error::Kind::unsupported, [&] { (void)database.backup(backups()); }),
              HasSubstr("SIGCHLD"));
  std::signal(SIGCHLD, usual);
  EXPECT_GT(database.backup(backups()).bytes, 0);
}

}  // namespace
}  // namespace tenon::test
