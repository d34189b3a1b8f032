#pragma once

#include <initializer_list>
#include <string>

#ifdef TENON_HAS_SQLITE
#include <sqlite3.h>
#endif

#include "fixture.hpp"

inline constexpr const char* token = "shpat_9f1c7e";

// A product with acme, customer 41, whose ann works and whose vic looks, and globex, customer 42, whose bob
// works. Everybody's password is one.
class Hosting : public ProgramTest {
 protected:
  [[nodiscard]] static std::string program(const std::string& user = {}) {
    return shell_word(HOSTING) + (user.empty() ? "" : " --user " + user) + " ";
  }
  // Runs a command, as nobody or as a user.
  [[nodiscard]] Outcome hosting(const std::string& arguments, const std::string& user = {},
                                const std::string& input = {}) const {
    return shell("export HOSTING_PASSWORD='correct horse battery' HOSTING_KEYS=keys; printf %s " +
                 shell_word(input) + " | " + program(user) + arguments);
  }
  [[nodiscard]] std::string done(const std::string& arguments, const std::string& user = ann,
                                 const std::string& input = {}) const {
    const Outcome outcome = hosting(arguments, user, input);
    EXPECT_EQ(outcome.exit_code, 0) << arguments << "\n" << outcome.err;
    return outcome.out;
  }
  void refused(int exit_code, const char* reason, const std::string& arguments,
               const std::string& user = ann, const std::string& input = {}) const {
    const Outcome outcome = hosting(arguments, user, input);
    EXPECT_EQ(outcome.exit_code, exit_code) << arguments << "\n" << outcome.err;
    EXPECT_THAT(outcome.err, testing::AllOf(testing::StartsWith("hosting: "), testing::HasSubstr(reason)))
        << arguments;
    EXPECT_THAT(outcome.out, testing::IsEmpty()) << arguments;
  }
  void set_up() const {
    (void)done("migrate", "");
    (void)done("setup root@house.example", "", password);
    (void)done("customer add 41 acme --plan business --user ann@acme.example", root, password);
  }
  void add_globex() const {
    (void)done("customer add 42 globex --user bob@globex.example", root, password);
  }
  void add_key(const std::string& id) const {
    EXPECT_EQ(shell(program() + "keys new " + id + " >> keys && chmod 600 keys").exit_code, 0);
  }
  void add_integration(const std::string& domain, const std::string& user = ann) const {
    (void)done("site add " + domain, user);
    (void)done("integration add " + domain + " shopify https://shop.example", user,
               std::string(R"({"token": ")") + token + R"("})");
  }
  // Changes the database past the program, as who has its file or its superuser can.
  void tamper(const std::string& sqlite, const std::string& postgres) const {
    if (GetParam() == "sqlite") {
#ifdef TENON_HAS_SQLITE
      const std::string folder = shell("pwd").out;
      const std::string path = folder.substr(0, folder.size() - 1) + "/test.db";
      sqlite3* file = nullptr;
      ASSERT_EQ(sqlite3_open_v2(path.c_str(), &file, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
      const int result = sqlite3_exec(file, sqlite.c_str(), nullptr, nullptr, nullptr);
      EXPECT_EQ(result, SQLITE_OK) << sqlite3_errmsg(file);
      EXPECT_GT(sqlite3_changes(file), 0);
      sqlite3_close(file);
#endif
    } else {
      const Outcome outcome =
          shell("psql --no-psqlrc -v ON_ERROR_STOP=1 -c " + shell_word(postgres) + " " + shell_word(url));
      ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
      ASSERT_THAT(outcome.out, testing::Not(testing::HasSubstr("UPDATE 0")));
    }
  }
  // Everything that is stored, as its file or a dump has it.
  [[nodiscard]] std::string everything() const {
    return GetParam() == "sqlite" ? shell("cat test.db*").out : shell("pg_dump " + shell_word(url)).out;
  }

  static constexpr const char* password = "correct horse battery\n";
  static constexpr const char* root = "0/root@house.example";
  static constexpr const char* ann = "41/ann@acme.example";
  static constexpr const char* bob = "42/bob@globex.example";
};
