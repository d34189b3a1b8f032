#include <fstream>
#include <iostream>
#include <sstream>

#include <tenon/backend/engine.hpp>
#include <tenon/config_source.hpp>
#include <tenon/detail/url_text.hpp>

#include "server.hpp"
#include "support.hpp"

namespace tenon::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Passwords : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    if (IsSkipped()) return;
    admin("DO $$ BEGIN CREATE ROLE password_users; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    admin("DROP ROLE IF EXISTS locked");
    admin("CREATE ROLE locked LOGIN IN ROLE password_users");
  }
  void TearDown() override {
    if (!IsSkipped()) admin("DROP ROLE IF EXISTS locked");
  }
  static void set_password(const std::string& password) {
    admin("ALTER ROLE locked PASSWORD " + quoted(password));
  }
  static std::string url(const std::string& password) {
    return "postgresql://locked:" + detail::percent_encoded(password) + "@127.0.0.1:" + port() +
           "/postgres";
  }
};

TEST_F(Passwords, MayHoldAnyCharacter) {
  std::string every = "é€𐍈";
  for (char c = 1; c < 127; ++c) every += c;
  // Where one character could end the user, the password or the URL, alone and beside others.
  for (const std::string& password :
       {every, std::string("@"), std::string("a@b:c/d?e#f&g=h%i+j k'l\"m\\n"), std::string("%41"),
        std::string("?tenon.pool.size=1"), std::string(" ")}) {
    set_password(password);
    EXPECT_EQ(failure(Config::from_url(url(password))), "") << password;
    EXPECT_EQ(failure(config_of({{"DB_HOST", "127.0.0.1"},
                                 {"DB_PORT", port()},
                                 {"DB_USER", "locked"},
                                 {"DB_NAME", "postgres"},
                                 {"DB_PASSWORD", password}})),
              "")
        << password;
    Config as_given;
    as_given.url = url(password);
    EXPECT_EQ(failure(as_given), "") << password;
    EXPECT_NE(failure(Config::from_url(url(password + "x"))), "") << password;
  }
}

TEST_F(Passwords, AreReadAgainFromTheirFile) {
  const std::string path = ::testing::TempDir() + "tenon-password-" + port();
  const auto write = [&](const char* text) { std::ofstream(path, std::ios::binary) << text; };
  write("first\n");
  set_password("first");
  const Config config = config_of({{"DB_HOST", "127.0.0.1"},
                                   {"DB_PORT", port()},
                                   {"DB_USER", "locked"},
                                   {"DB_NAME", "postgres"},
                                   {"DB_PASSWORD_FILE", path}});
  EXPECT_EQ(failure(config), "");
  set_password("second");
  EXPECT_NE(failure(config), "");
  write("second\n");
  EXPECT_EQ(failure(config), "");
  std::remove(path.c_str());
}

TEST_F(Passwords, OfTheMigrationsUrlAreTheirLogins) {
  set_password("theirs");
  const auto migrator = [](const Config& config) {
    Database database = Database::open(config);
    return database.engine().maintenance()->query("SELECT current_user", {})[0][0].value_or("");
  };
  Config config = Config::from_url("postgresql://postgres@127.0.0.1:" + port() + "/postgres");
  config.postgres.migration_url = url("theirs");
  EXPECT_EQ(migrator(config), "locked");
  config.postgres.password = [] { return "the statements'"; };
  EXPECT_EQ(migrator(config), "locked");
  config.postgres.password = nullptr;
  config.password = Secret("the statements'");
  EXPECT_EQ(migrator(config), "locked");
}

TEST_F(Passwords, OfTheStatementsLoginServeMigrationsWhoseUrlHasNone) {
  set_password("both");
  Config read = Config::from_url(url("both"));
  Config as_given;
  as_given.url = url("both");
  Config asked;
  asked.url = "postgresql://locked@127.0.0.1:" + port() + "/postgres";
  asked.postgres.password = [] { return "both"; };
  for (Config* const config : {&read, &as_given, &asked}) {
    config->postgres.migration_url = "postgresql://locked@localhost:" + port() + "/postgres";
    Database database = Database::open(*config);
    EXPECT_EQ(database.engine().maintenance()->query("SELECT current_user", {})[0][0], "locked");
  }
}

TEST_F(Passwords, AreNotReadFromADirectory) {
  Config config = Config::from_url("postgresql://locked@127.0.0.1:" + port() + "/postgres");
  config.postgres.password_file = ::testing::TempDir();
  EXPECT_THAT(failure(config), HasSubstr("the password file " + ::testing::TempDir() + " cannot be read"));
}

// Everything that can say something, with a wrong password and with a right one.
TEST_F(Passwords, AreNeverTold) {
  const std::string sentinel = "sent1nel-of-the-test";
  set_password(sentinel);
  std::ostringstream said;
  for (const std::string& password : {sentinel, sentinel + "-wrong"}) {
    for (const std::string& text :
         {url(password), url(password) + "?sslmode=bogus", url(password) + "?bogus=1", url(password) + "&x",
          "postgresql://locked:" + password + "@@h/d", "postgresql://locked:" + password + "/@h/d",
          "postgresql://locked:" + password + "@127.0.0.1:x/d",
          "postgresql://locked@127.0.0.1:" + port() + "/postgres?password=" + password}) {
      try {
        const ConfigReading reading = read_config(environment({{"DATABASE_URL", text}}));
        for (const ConfigValue& value : reading.values) said << value.value << value.origin << '\n';
        said << reading.config << reading.config.url << reading.config.display_url() << '\n';
        Database database = Database::open(reading.config);
        said << to_json(database.health()) << to_json(database.ready()) << database.version() << '\n'
             << database.config() << '\n';
        (void)database.scope(TenantContext{"acme"}).begin().is_open();
      } catch (const Error& error) {
        said << error.what() << error.detail().hint << '\n';
      }
    }
  }
  EXPECT_THAT(said.str(), HasSubstr("cannot connect"));
  EXPECT_THAT(said.str(), HasSubstr("\"available\":true"));
  EXPECT_THAT(said.str(), Not(HasSubstr("sent1nel")));
}

}  // namespace
}  // namespace tenon::test
