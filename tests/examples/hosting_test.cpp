#ifdef HOSTING

#include <initializer_list>
#include <tuple>
#include <utility>

#ifdef TENON_HAS_SQLITE
#include <sqlite3.h>
#endif

#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* token = "shpat_9f1c7e";

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
    EXPECT_THAT(outcome.err, AllOf(StartsWith("hosting: "), HasSubstr(reason))) << arguments;
    EXPECT_THAT(outcome.out, IsEmpty()) << arguments;
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
      ASSERT_THAT(outcome.out, Not(HasSubstr("UPDATE 0")));
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

TEST_P(Hosting, TellsTheStoryOfItsReadme) {
  const Outcome told = hosting("demo");
  ASSERT_EQ(told.exit_code, 0) << told.err;
  EXPECT_EQ(told.err, "");
  const std::string readme = file_text(std::string(EXAMPLES) + "/hosting/README.md");
  EXPECT_THAT(readme, HasSubstr("```\n" + told.out + "```\n"));
  refused(1, "customer 0 is there already", "demo", "");
}

TEST_P(Hosting, RemovesSitesSoThatTheyCanComeBack) {
  set_up();
  EXPECT_EQ(done("site add shop.acme.example --name Shop --provider aws"),
            "shop.acme.example  Shop  aws\n");
  EXPECT_EQ(done("deploy shop.acme.example 1.0"), "shop.acme.example deployment 1: 1.0 pending\n");
  refused(1, "there is a site shop.acme.example already", "site add shop.acme.example");
  refused(1, "no domain", "site add Shop.acme.example");
  refused(1, "no domain", "site add a-.example");

  (void)done("site remove shop.acme.example");
  EXPECT_EQ(done("site list"), "");
  EXPECT_EQ(done("site list --all"), "shop.acme.example  Shop  aws  removed\n");
  refused(2, "there is no site shop.acme.example", "site remove shop.acme.example");
  refused(2, "there is no site shop.acme.example", "deploy shop.acme.example 1.1");

  EXPECT_EQ(done("site add shop.acme.example --provider hetzner"),
            "shop.acme.example  shop.acme.example  hetzner\n");
  refused(1, "there is a site shop.acme.example already", "site restore shop.acme.example");
  (void)done("site remove shop.acme.example");
  EXPECT_THAT(done("site restore shop.acme.example"), HasSubstr("hetzner")) << "the newest";
  refused(2, "there is no removed site blog.acme.example", "site restore blog.acme.example");
}

TEST_P(Hosting, MovesDeploymentsForwardOnly) {
  set_up();
  (void)done("site add shop.acme.example");
  (void)done("deploy shop.acme.example 1.0");
  refused(1, "deployment 1 is pending and cannot become live", "deployment move shop.acme.example 1 live");
  (void)done("deployment move shop.acme.example 1 building");
  (void)done("deployment move shop.acme.example 1 live");
  refused(1, "deployment 1 is live and cannot become failed", "deployment move shop.acme.example 1 failed");
  (void)done("deploy shop.acme.example 1.1");
  (void)done("deployment move shop.acme.example 2 building");
  (void)done("deployment move shop.acme.example 2 live");
  (void)done("deploy shop.acme.example 1.2");
  (void)done("deployment move shop.acme.example 3 failed --reason 'out of disk'");
  EXPECT_EQ(done("deployment list shop.acme.example"),
            "shop.acme.example deployment 3: 1.2 failed\n"
            "shop.acme.example deployment 2: 1.1 live\n"
            "shop.acme.example deployment 1: 1.0 superseded\n");
  EXPECT_EQ(done("incident list"), "DeploymentFailed shop.acme.example pending\n");
  refused(2, "has no deployment 4", "deployment move shop.acme.example 4 building");
}

TEST_P(Hosting, NumbersDeploymentsThatBeginAtOnceAndHasOneLive) {
  set_up();
  (void)done("site add shop.acme.example");
  const std::string one = "(" + program(ann) + "deploy shop.acme.example 1.0)";
  const Outcome all = shell("export HOSTING_PASSWORD='correct horse battery'; " + one + " & " + one +
                            " & " + one + " & " + one + " & wait");
  EXPECT_EQ(all.err, "");
  for (const char* number : {"deployment 1:", "deployment 2:", "deployment 3:", "deployment 4:"})
    EXPECT_THAT(all.out, HasSubstr(number));

  for (const char* number : {"1", "2"})
    (void)done(std::string("deployment move shop.acme.example ") + number + " building");
  const std::string go_live = program(ann) + "deployment move shop.acme.example ";
  (void)shell("export HOSTING_PASSWORD='correct horse battery'; (" + go_live + "1 live) & (" + go_live +
              "2 live) & wait");
  const std::string list = done("deployment list shop.acme.example");
  EXPECT_THAT(list, HasSubstr(" live\n"));
  EXPECT_EQ(list.find(" live\n"), list.rfind(" live\n")) << list;
}

TEST_P(Hosting, KeepsCustomersApart) {
  set_up();
  add_globex();
  add_key("a");
  add_integration("shop.acme.example");
  (void)done("cost record 41 shop.acme.example 2026-11-01 1", root);
  (void)done("deploy shop.acme.example 1.0");
  (void)done("deployment move shop.acme.example 1 failed");
  EXPECT_EQ(done("site list --all", bob), "");
  EXPECT_EQ(done("incident list", bob), "");
  EXPECT_EQ(done("cost month 2026-11", bob), "total                                           0\n");
  for (const char* command :
       {"site remove shop.acme.example", "site restore shop.acme.example", "deploy shop.acme.example 2.0",
        "deployment list shop.acme.example", "integration show shop.acme.example shopify",
        "integration show shop.acme.example shopify --reveal",
        "integration remove shop.acme.example shopify"})
    refused(2, "there is no", command, bob);
  EXPECT_EQ(done("site add shop.acme.example --name Own", bob), "shop.acme.example  Own  own\n")
      << "a domain is no oracle";
  refused(2, "is not joined to shopify", "integration show shop.acme.example shopify", bob);
  EXPECT_THAT(done("integration show shop.acme.example shopify --reveal"), HasSubstr(token));
}

TEST_P(Hosting, LetsEverybodyDoWhatTheirRoleMay) {
  set_up();
  add_globex();
  (void)done("user add 41 vic@acme.example --role viewer", root, password);
  add_key("a");
  add_integration("shop.acme.example");
  const std::string viewer = "41/VIC@acme.example";
  EXPECT_THAT(done("site list", viewer), HasSubstr("shop.acme.example"));
  refused(3, "", "site remove shop.acme.example", viewer);
  refused(3, "who only looks gets no credentials", "integration show shop.acme.example shopify --reveal",
          viewer);
  refused(3, "ann@acme.example is no administrator", "customer list");
  refused(3, "ann@acme.example is no administrator", "report 2026-11");
  refused(3, "ann@acme.example is no administrator", "cost record 41 shop.acme.example 2026-11-01 1");
  refused(3, "root@house.example is an administrator", "site list", root);
  EXPECT_EQ(done("customer list", root), "0 house business\n41 acme business\n42 globex basic\n");
  refused(1, "", "user add 41 root@acme.example --role administrator", root, password);
  refused(2, "there is no customer 99", "user add 99 x@x.example", root, password);
  refused(1, "user ann@acme.example is there already", "user add 41 ann@acme.example", root, password);
  refused(1, "12 to 1024 bytes", "user add 41 new@acme.example", root, "short\n");
}

TEST_P(Hosting, ChecksPasswords) {
  set_up();
  (void)file("wrong", "incorrect horse\n");
  (void)file("right", password);
  for (const char* user :
       {"41/ann@acme.example", "41/nobody@acme.example", "42/ann@acme.example", "99/ann@acme.example"})
    refused(3, "sign in: unknown user or wrong password", "--password-file wrong site list", user);
  EXPECT_EQ(done("--password-file right site list"), "");
  refused(1, "CUSTOMER/EMAIL", "site list", "ann@acme.example");
  EXPECT_EQ(shell(program(ann) + "site list").exit_code, 3) << "without a password";
  EXPECT_EQ(shell(program() + "site list").exit_code, 3) << "without a user";
  EXPECT_THAT(everything(), AllOf(HasSubstr("scrypt$15$8$3$"), Not(HasSubstr("correct horse"))));
  refused(1, "customer 0 is there already", "setup eve@house.example", "", password);
}

TEST_P(Hosting, KeepsCredentialsNowhereInTheClear) {
  set_up();
  add_key("a");
  add_integration("shop.acme.example");
  EXPECT_EQ(done("integration show shop.acme.example shopify"),
            "shop.acme.example shopify https://shop.example, sealed under a\n");
  EXPECT_EQ(done("integration show shop.acme.example shopify --reveal"),
            std::string(R"({"token": ")") + token + "\"}\n");
  const std::string key = shell("cut -d' ' -f2 keys").out.substr(0, 64);
  const std::string stored = everything();
  std::string token_as_hex;
  for (const char* c = token; *c != 0; ++c) {
    token_as_hex += "0123456789abcdef"[*c / 16];
    token_as_hex += "0123456789abcdef"[*c % 16];
  }
  EXPECT_THAT(stored, AllOf(HasSubstr("https://shop.example"), Not(HasSubstr(token)),
                            Not(HasSubstr(token_as_hex)), Not(HasSubstr(key))));

  add_key("b");
  EXPECT_EQ(done("integration rotate-key", root), "1 integrations sealed anew under b\n");
  EXPECT_EQ(done("integration rotate-key", root), "0 integrations sealed anew under b\n");
  ASSERT_EQ(shell("sed -i 1d keys").exit_code, 0);
  EXPECT_THAT(done("integration show shop.acme.example shopify --reveal"), HasSubstr(token));
}

TEST_P(Hosting, RefusesCredentialsThatWereChangedOrMoved) {
  set_up();
  add_globex();
  add_key("a");
  add_integration("shop.acme.example");
  add_integration("blog.acme.example");
  add_integration("shop.globex.example", bob);
  const std::string reveal = "integration show shop.acme.example shopify --reveal";
  const auto copied_from = [&](const std::string& domain) {
    const std::string from =
        "(SELECT i.COLUMN FROM INTEGRATIONS i JOIN SITES s ON s.site_id = i.site_id"
        " WHERE s.domain = '" +
        domain + "')";
    const auto with = [](std::string text, const std::string& schema) {
      for (const auto& [word, name] :
           {std::pair{"INTEGRATIONS", "ecommerce_integrations"}, {"SITES", "sites"}})
        text.replace(text.find(word), std::string(word).size(), schema + name);
      return text;
    };
    const auto column = [](std::string text, const std::string& name) {
      return name + " = " + text.replace(text.find("COLUMN"), 6, name);
    };
    const auto update = [&](const std::string& schema) {
      const std::string source = with(from, schema);
      return "UPDATE " + schema + "ecommerce_integrations SET " + column(source, "nonce") + ", " +
             column(source, "sealed_credentials") + " WHERE site_id = (SELECT site_id FROM " + schema +
             "sites WHERE domain = 'shop.acme.example')";
    };
    tamper(update("hosting_"), update("hosting."));
    refused(1, "sealed for another owner", reveal);
  };
  EXPECT_THAT(done(reveal), HasSubstr(token));
  copied_from("blog.acme.example");    // another integration of the same customer
  copied_from("shop.globex.example");  // another customer's

  const std::string other = "integration show blog.acme.example shopify --reveal";
  tamper("UPDATE hosting_ecommerce_integrations SET key_id = 'b'",
         "UPDATE hosting.ecommerce_integrations SET key_id = 'b'");
  refused(2, "there is no key b", other);
  add_key("b");
  refused(1, "sealed for another owner", other);
  tamper(
      "UPDATE hosting_ecommerce_integrations SET key_id = 'a', sealed_credentials ="
      " CAST(x'00' || substr(sealed_credentials, 2) AS BLOB)",
      "UPDATE hosting.ecommerce_integrations SET key_id = 'a',"
      " sealed_credentials = set_byte(sealed_credentials, 0, 255 - get_byte(sealed_credentials, 0))");
  refused(1, "sealed for another owner", other);
  tamper("UPDATE hosting_ecommerce_integrations SET sealed_credentials = x'00'",
         "UPDATE hosting.ecommerce_integrations SET sealed_credentials = '\\x00'");
  refused(1, "no sealed text", other);
}

TEST_P(Hosting, RefusesKeysAndCredentialsThatAreNone) {
  set_up();
  (void)done("site add shop.acme.example");
  const std::string add = "integration add shop.acme.example shopify https://shop.example";
  refused(2, "cannot read keys", add, ann, "{}");
  add_key("a");
  refused(1, "no JSON object", add, ann, "[1]");
  refused(1, "no JSON object", add, ann, "");
  refused(1, "over 64 KB", add, ann, std::string(65'537, ' '));
  refused(1, "https://", "integration add shop.acme.example shopify http://shop.example", ann, "{}");
  (void)done(add, ann, "{}");
  refused(1, "joined to shopify already", add, ann, "{}");
  ASSERT_EQ(shell("chmod 644 keys").exit_code, 0);
  refused(3, "chmod 600", "integration show shop.acme.example shopify --reveal");
  ASSERT_EQ(shell("chmod 600 keys; echo 'b 00' >> keys").exit_code, 0);
  refused(1, "keys:2: write ID KEY", "integration show shop.acme.example shopify --reveal");
  ASSERT_EQ(shell("sed -i '2d;p' keys").exit_code, 0);
  refused(1, "keys:2: key a is there twice", "integration show shop.acme.example shopify --reveal");
}

TEST_P(Hosting, KeepsCostsExactAndOncePerDay) {
  set_up();
  (void)done("site add shop.acme.example");
  (void)done("site add blog.acme.example");
  (void)done("cost record 41 shop.acme.example 2026-11-01 0.1", root);
  (void)done("cost record 41 shop.acme.example 2026-11-02 900", root);
  (void)done("cost record 41 shop.acme.example 2026-11-02 0.2", root);
  (void)done("cost record 41 shop.acme.example 2026-12-01 5", root);
  (void)done("cost record 41 blog.acme.example 2026-11-30 123456789012345678.000000000000000009", root);
  EXPECT_EQ(done("cost month 2026-11"),
            "blog.acme.example          1 days 123456789012345678.000000000000000009\n"
            "shop.acme.example          2 days             0.3\n"
            "total                             123456789012345678.300000000000000009\n");
  refused(1, "", "cost record 41 shop.acme.example 2026-11-01 -0.1", root);
  refused(1, "not a number", "cost record 41 shop.acme.example 2026-11-01 1e3", root);
  refused(1, "write a day as", "cost record 41 shop.acme.example 2026-11-31 1", root);
  refused(1, "write a month as", "cost month 2026-13");
  refused(2, "customer 41 has no site x.example", "cost record 41 x.example 2026-11-01 1", root);
}

TEST_P(Hosting, ImportsAProvidersBill) {
  set_up();
  add_globex();
  (void)done("site add shop.acme.example");
  (void)done("site add shop.globex.example", bob);
  (void)done("site remove shop.globex.example", bob);
  const std::string header = "customer,domain,day,amount\n";
  (void)file("bill.csv",
             header +
                 "41,shop.acme.example,2026-11-01,0.10\r\n42,shop.globex.example,2026-11-01,7.5\n"
                 "41,shop.acme.example,2026-11-02,0.20\n");
  EXPECT_EQ(done("cost import bill.csv", root), "3 amounts kept\n");
  EXPECT_EQ(done("cost import bill.csv", root), "3 amounts kept\n") << "the same again";
  EXPECT_EQ(done("cost month 2026-11", bob),
            "shop.globex.example        1 days             7.5  removed\n"
            "total                                         7.5\n");
  const std::string report =
      "    42 globex             0 sites             7.5\n"
      "    41 acme               1 sites            0.30\n"
      "total                                        7.80\n";
  EXPECT_EQ(done("report 2026-11", root), report);
  for (const auto& [lines, code, reason] : std::initializer_list<std::tuple<std::string, int, const char*>>{
           {"customer;domain\n", 1, "bad.csv:1: the first line is not customer,domain,day,amount"},
           {header + "41,shop.acme.example,2026-11-01,1\n41,shop.acme.example,2026-11-01,1\n", 1,
            "bad.csv:3: a second amount"},
           {header + "41,shop.acme.example,2026-11-01,-1\n", 1, "bad.csv:2: no line of"},
           {header + "41,shop.acme.example,2026-11-01\n", 1, "bad.csv:2: no line of"},
           {header + "41,shop.acme.example,2026-11-05,9\n42,shop.acme.example,2026-11-05,9\n", 2,
            "line 3: customer 42 has no site shop.acme.example"}}) {
    (void)file("bad.csv", lines);
    refused(code, reason, "cost import bad.csv", root);
  }
  refused(2, "cannot read absent.csv", "cost import absent.csv", root);
  EXPECT_EQ(done("report 2026-11", root), report) << "nothing of a bad bill is kept";
}

TEST_P(Hosting, MigratesUpDownAndFourTimesAtOnce) {
  const std::string one = "(" + program() + "migrate)";
  const Outcome all = shell(one + " & " + one + " & " + one + " & " + one + " & wait");
  EXPECT_EQ(all.err, "");
  const std::string newest = GetParam() == "sqlite" ? "4" : "5";
  const std::string applied = "hosting: " + newest + " applied, 0 taken back, now at " + newest + "\n";
  const std::string nothing = "hosting: 0 applied, 0 taken back, now at " + newest + "\n";
  EXPECT_THAT(all.out, AllOf(HasSubstr(applied), HasSubstr(nothing)));
  EXPECT_EQ(all.out.find(applied), all.out.rfind(applied)) << "applied once";

  EXPECT_EQ(done("migrate --to 0", ""), "hosting: 0 applied, " + newest + " taken back, now at 0\n");
  EXPECT_EQ(hosting("site list", ann).exit_code, 1) << "there is no schema";
  EXPECT_EQ(done("migrate --to 2", ""), "hosting: 2 applied, 0 taken back, now at 2\n");
  EXPECT_THAT(done("migrate", ""), HasSubstr("now at " + newest));
  (void)done("setup root@house.example", "", password);
}

#ifdef TENON_HAS_POSTGRES
TEST_P(Hosting, SaysWhenTheDatabaseIsAway) {
  refused(4, "", "--url 'postgresql://nobody@127.0.0.1:1/none?tenon.pool.acquire_timeout=1s' site list");
}
#endif

INSTANTIATE_TEST_SUITE_P(Backends, Hosting, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
