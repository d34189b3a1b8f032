#ifdef EXAMPLE_PROGRAM

#include "fixture.hpp"

namespace {

using testing::HasSubstr;

class Example : public ProgramTest {
 protected:
  [[nodiscard]] Outcome main_job(const std::string& arguments = {}) const {
    return shell(shell_word(EXAMPLE_PROGRAM) + " " + shell_word(url) + " " + arguments);
  }
};

TEST_P(Example, DoesTheMainJob) {
  const Outcome outcome = main_job();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* line :
       {"acme: 3 incidents from 4-alertmanager.json", "-> completed", "conflict",
        "==== Reports of globex ====", "production          2        2664.96  1332.48",
        "production   monthly-cap          1859.13", "2026-11-17         2  1053.81",
        "Block rate: 1 of 4 analyses (25.00 %)", "completed                  1",
        "get as globex     nothing", "delete as globex  no such row",
        "rows of acme      4 analyses, 4 incidents", "rows of globex    2 analyses, 1 incidents",
        "globex  production         361.05", "What to try next"})
    EXPECT_THAT(outcome.out, HasSubstr(line));
  EXPECT_EQ(main_job().exit_code, 0) << "it may be run again";
  EXPECT_EQ(json("--tenant acme analysis count")["count"], 4);
}

TEST_P(Example, TakesFurtherFilesAndRefusesBadOnesWholly) {
  file("more.json", R"({"labels":{"alertname":"Extra"}})");
  EXPECT_THAT(main_job("more.json").out, HasSubstr("acme: 1 incident from more.json"));
  file("bad.json", R"([{"id":"fresh","name":"N"},{"id":"b","name":"B","budget":-1}])");
  const Outcome refused = main_job("bad.json");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("main_job: bad.json:1:58: /1/budget: must not be negative"));
  fail(1, "--tenant acme policy get fresh");
  EXPECT_THAT(main_job("absent.json").err, HasSubstr("cannot read absent.json"));
}

INSTANTIATE_TEST_SUITE_P(Backends, Example, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
