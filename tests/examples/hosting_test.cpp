#ifdef HOSTING

#include <sstream>
#include <string>
#include <tuple>
#include <utility>

#include "hosting_fixture.hpp"

namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

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
           {header + "9223372036854775808,shop.acme.example,2026-11-01,1\n", 1, "bad.csv:2: no line of"},
           {"", 1, "bad.csv: the file is empty"},
           {header + "41,shop.acme.example,2026-11-05,9\n42,shop.acme.example,2026-11-05,9\n", 2,
            "line 3: customer 42 has no site shop.acme.example"}}) {
    (void)file("bad.csv", lines);
    refused(code, reason, "cost import bad.csv", root);
  }
  refused(2, "cannot read absent.csv", "cost import absent.csv", root);
  refused(1, "cannot read .", "cost import .", root);
  EXPECT_EQ(done("report 2026-11", root), report) << "nothing of a bad bill is kept";
}

TEST_P(Hosting, TakesNoNumberForAnother) {
  set_up();
  (void)done("site add shop.acme.example");
  (void)done("deploy shop.acme.example 1.0");
  for (const char* number : {"9223372036854775808", "99999999999999999999", "0x29", "41x", "4.1"}) {
    for (const std::string& command :
         {std::string("customer add ") + number + " x", std::string("user add ") + number + " x@x.example",
          std::string("cost record ") + number + " shop.acme.example 2026-11-01 1",
          std::string("deployment move shop.acme.example ") + number + " building",
          std::string("migrate --to ") + number}) {
      const Outcome refused = hosting(command, root, password);
      EXPECT_EQ(refused.exit_code, 1) << command;
      EXPECT_THAT(refused.err, HasSubstr(number)) << command;
    }
  }
  (void)done("customer add 010 ten", root);
  (void)done("customer add 9223372036854775807 last", root);
  EXPECT_THAT(done("customer list", root),
              AllOf(HasSubstr("\n10 ten basic\n"), HasSubstr("\n9223372036854775807 last basic\n")));
}

TEST_P(Hosting, PrintsWhatItIsGivenOnOneLine) {
  set_up();
  (void)done("site add shop.acme.example --name 'Shop\nx' --provider 'a\x1b[31mws'");
  (void)done("deploy shop.acme.example '1.0 live\nx deployment 2: 2.0'");
  EXPECT_EQ(done("site list"), "shop.acme.example  Shop?x  a?[31mws\n");
  EXPECT_EQ(done("deployment list shop.acme.example"),
            "shop.acme.example deployment 1: 1.0 live?x deployment 2: 2.0 pending\n");
  (void)done("customer add 42 'globex\n43 other'", root);
  EXPECT_THAT(done("customer list", root), HasSubstr("42 globex?43 other basic\n"));
  EXPECT_EQ(hosting("site list >/dev/full", ann).exit_code, 1) << "a full disk";
}

TEST_P(Hosting, MigratesUpDownAndFourTimesAtOnce) {
  const std::string one = "(" + program() + "migrate)";
  const Outcome all = shell(one + " & " + one + " & " + one + " & " + one + " & wait");
  EXPECT_EQ(all.err, "");
  const std::string newest = GetParam() == "sqlite" ? "4" : "5";
  // Who comes between two files of another may apply the rest.
  int applied = 0;
  int starters = 0;
  std::istringstream lines(all.out);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("hosting: ") != 0) continue;
    applied += std::stoi(line.substr(9));
    ++starters;
    EXPECT_THAT(line, EndsWith("applied, 0 taken back, now at " + newest));
  }
  EXPECT_EQ(starters, 4);
  EXPECT_EQ(std::to_string(applied), newest) << "each once";

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
