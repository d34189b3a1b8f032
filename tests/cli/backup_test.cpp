#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Backups : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    succeed("migrate up");
    file("policy.json", R"({"id": "p", "name": "P"})");
    succeed("--tenant acme policy put policy.json");
  }
};

TEST_P(Backups, AreReported) {
  const auto report = json("backup copies");
  EXPECT_GT(report["bytes"], 0);
  EXPECT_EQ(report["removed"], nlohmann::json::array());
  EXPECT_THAT(succeed("backup copies"), AllOf(HasSubstr("copies/"), HasSubstr(" bytes in ")));
  EXPECT_EQ(shell("ls copies | wc -l").out, "2\n");
}

TEST_P(Backups, PushOutTheOldOnes) {
  const auto first = json("backup copies");
  const auto second = json("backup copies --keep 1 --keep-days 1");
  EXPECT_THAT(second["removed"], IsEmpty());
  const auto third = json("backup copies --keep 1");
  EXPECT_THAT(third["removed"], ElementsAre(second["file"], first["file"]));
  EXPECT_THAT(succeed("backup copies --keep 1"), HasSubstr("removed " + third["file"].get<std::string>()));
}

TEST_P(Backups, FailInOneSentence) {
  fail(2, "backup");
  fail(2, "backup ''");
  fail(2, "backup copies --keep 0");
  fail(2, "backup copies --keep-days -1");
  fail(2, "backup copies --timeout soon");
  EXPECT_THAT(fail(1, "backup no/such/directory"), HasSubstr("no/such/directory"));
  EXPECT_EQ(shell("ls copies").out, "");
}

// SQLite makes a file of that name, a server has no such database.
TEST_P(Backups, AreNoneOfADatabaseThatWasMistyped) {
  std::string mistyped = url;
  const std::string name = GetParam() == "sqlite" ? "test.db" : "tenon_cli_";
  mistyped.replace(mistyped.find(name), name.size(), name + "x");
  EXPECT_THAT(fail(1, "backup copies --url " + shell_word(mistyped)),
              HasSubstr(GetParam() == "sqlite" ? "no table" : "does not exist"));
  EXPECT_EQ(shell("ls copies").out, "");
}

TEST_P(Backups, AreReadBackAsTheDocumentationSays) {
  const std::string file = json("backup copies")["file"];
  succeed("--tenant acme policy delete p");
  if (GetParam() == "sqlite") {
    ASSERT_EQ(shell("rm -f test.db test.db-wal test.db-shm && cp " + file + " test.db").exit_code, 0);
  } else {
    ASSERT_EQ(shell("pg_restore --clean --if-exists --exit-on-error --single-transaction --dbname "
                    "\"$DATABASE_URL\" " +
                    file)
                  .exit_code,
              0);
  }
  EXPECT_EQ(json("--tenant acme policy get p")["name"], "P");
}

// pg_dump went on without its parent.
TEST_P(Backups, ThatAreInterruptedLeaveNothingBehind) {
  if (GetParam() == "sqlite") GTEST_SKIP() << "SQLite's copy is made by the program itself";
  file("slow_dump", "#!/bin/sh\necho $$ > noted && mv noted process\nexec sleep 60\n");
  ASSERT_EQ(shell("chmod +x slow_dump").exit_code, 0);
  for (const std::string signal : {"TERM", "HUP"}) {
    const Outcome outcome = shell(shell_word(TENON_PROGRAM) +
                                  " backup copies --pg-dump ./slow_dump & "
                                  "while [ ! -e process ]; do sleep 0.05; done; kill -" +
                                  signal + " $!; wait $!");
    EXPECT_EQ(outcome.exit_code, 1) << signal;
    EXPECT_EQ(outcome.err, "tenon: interrupted; no backup was made\n") << signal;
    EXPECT_EQ(shell("ls copies").out, "") << signal;
    EXPECT_NE(shell("kill -0 $(cat process)").exit_code, 0) << signal;
    ASSERT_EQ(shell("rm process").exit_code, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(OnEveryBackend, Backups, ON_EVERY_BACKEND, backend_name);

}  // namespace
