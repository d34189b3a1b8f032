// `tenon doctor`: text, JSON and exit codes.

#include "fixture.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

class Doctor : public ProgramTest {
 protected:
  [[nodiscard]] bool sqlite() const { return GetParam() == "sqlite"; }
  // Opens a wall: the file to every account, or a table to every tenant.
  void open_a_wall() const {
    const Outcome done =
        sqlite() ? shell("chmod 666 test.db")
                 : shell(
                       "psql --no-psqlrc -q -v ON_ERROR_STOP=1 \"$DATABASE_URL\" -c 'create table leaky"
                       " (tenant_id text); grant select on leaky to tenon_app'");
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  [[nodiscard]] const char* error_name() const {
    return sqlite() ? "file-writable-by-others" : "table-without-row-security";
  }
  void make_schema() const {
    succeed("migrate up");
    if (sqlite()) {
      ASSERT_EQ(shell("chmod 700 . && chmod 600 test.db").exit_code, 0);
    }
  }
};

TEST_P(Doctor, FindsNoErrorsInAFreshDatabase) {
  make_schema();
  EXPECT_THAT(succeed("doctor"), Not(HasSubstr("error ")));
  for (const auto& finding : json("doctor")) EXPECT_EQ(finding["severity"], "warning") << finding;
}

TEST_P(Doctor, ListsErrorsFirstWithRemediesAndEndsWithOne) {
  make_schema();
  open_a_wall();
  const Outcome text = tenon("doctor");
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_TRUE(text.out.starts_with("error " + std::string(error_name()))) << text.out;
  EXPECT_EQ(text.err, "tenon: this database does not keep tenants apart; mend the errors listed above\n");

  const Outcome document = tenon("doctor --json");
  EXPECT_EQ(document.exit_code, 1);
  const auto findings = nlohmann::json::parse(document.out);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0]["severity"], "error");
  EXPECT_EQ(findings[0]["name"], error_name());
  for (const auto& finding : findings) {
    EXPECT_EQ(finding.size(), 5U);
    for (const char* key : {"object", "what", "remedy"}) EXPECT_TRUE(finding[key].is_string()) << finding;
    EXPECT_FALSE(finding["remedy"].get<std::string>().empty()) << finding;
  }
}

TEST_P(Doctor, LooksAtADatabaseThatOthersRefuseToOpen) {
  make_schema();
  open_a_wall();
  const Outcome list = tenon("--tenant acme policy list");
  // SQLite has no catalogue of rights to stand on: there the host decides what to do about findings.
  EXPECT_EQ(list.exit_code, sqlite() ? 0 : 1) << list.err;
  if (!sqlite()) {
    EXPECT_THAT(list.err, HasSubstr(error_name()));
  }
}

TEST_P(Doctor, TakesNoArguments) {
  fail(2, "doctor everything");
}

TEST_P(Doctor, IsToldTheColumnsThatHoldAHostsTenants) {
  make_schema();
  ASSERT_EQ(shell("mkdir m").exit_code, 0);
  (void)file("m/1_hosted.up.sql", sqlite() ? "CREATE TABLE hosted (customer_id INTEGER NOT NULL,"
                                             " id TEXT PRIMARY KEY) STRICT;\n"
                                           : "CREATE TABLE hosted (customer_id bigint NOT NULL, id text"
                                             " PRIMARY KEY);\nGRANT SELECT ON hosted TO tenon_app;\n");
  succeed("migrate up --source m");
  EXPECT_THAT(succeed("doctor"), Not(HasSubstr("hosted")));
  const Outcome told = tenon("doctor --tenant-column account --tenant-column customer_id");
  EXPECT_EQ(told.exit_code, sqlite() ? 0 : 1) << told.err;
  EXPECT_THAT(told.out, HasSubstr(sqlite() ? "key-without-tenant" : "table-without-row-security"));
  EXPECT_THAT(told.out, HasSubstr("hosted"));
  fail(2, "doctor --tenant-column");
  fail(2, "doctor --tenant-column ''");
}

TEST_P(Doctor, LooksAtADirectoryOfTenantsFiles) {
  if (!sqlite()) GTEST_SKIP() << "files are SQLite's";
  url = "sqlite:tenants/?tenants=files";
  succeed("migrate up");
  for (const char* tenant : {"acme", "globex"})
    succeed(std::string("--tenant ") + tenant + " import policies " +
            file("p.json", R"([{"id":"p","name":"n"}])"));
  EXPECT_THAT(succeed("doctor"), Not(HasSubstr("by-others")));
  EXPECT_EQ(json("--admin policy list").size(), 2U);
  ASSERT_EQ(shell("chmod 666 tenants/globex.db").exit_code, 0);
  const Outcome outcome = tenon("doctor");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("globex.db"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("acme.db")));
}

INSTANTIATE_TEST_SUITE_P(Backends, Doctor, ON_EVERY_BACKEND, backend_name);

}  // namespace
