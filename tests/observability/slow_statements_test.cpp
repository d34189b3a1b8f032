#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <tenon/observers/slow_statements.hpp>

#include "events.hpp"

namespace tenon::test {
namespace {

using std::chrono::milliseconds;

TEST(SlowStatementLog, TellsOfSlowStatementsAlone) {
  std::ostringstream out;
  SlowStatementLog log(milliseconds{12}, out);
  log.statement(event("policies.get"));
  StatementEvent quick = event("policies.list");
  quick.duration = milliseconds{11};
  log.statement(quick);
  EXPECT_EQ(out.str(),
            "slow statement=policies.get duration_ms=12.500 rows=3 round_trips=1 outcome=ok db=ops\n");
}

TEST(SlowStatementLog, TellsWhatItKnows) {
  const Error error(Error::Kind::deadlock, "text",
                    {.sqlstate = "40P01", .statement = {}, .constraint = {}, .hint = {}});
  StatementEvent failed = event("policies.insert");
  failed.error = &error;
  failed.batch = 7;
  failed.in_transaction = true;
  failed.tenant_hash = 0xab;
  EXPECT_EQ(to_logfmt(failed),
            "statement=policies.insert duration_ms=12.500 rows=3 round_trips=1 outcome=deadlock "
            "sqlstate=40P01 batch=7 in_transaction=true tenant=00000000000000ab db=ops");
}

// A sink that writes into a database with the same observer once waited for itself.
TEST(SlowStatementLog, DoesNotTellOfStatementsOfItsSink) {
  std::vector<std::string> lines;
  SlowStatementLog* observing = nullptr;
  SlowStatementLog log(milliseconds{0}, [&](std::string_view line) {
    lines.emplace_back(line);
    observing->statement(event("log.insert"));
  });
  observing = &log;
  log.statement(event("policies.get"));
  log.statement(event("policies.list"));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[1], testing::HasSubstr("policies.list"));
}

// The other may hold the connection for which the sink waits.
TEST(SlowStatementLog, HoldsNoOtherThreadUpWhileItsSinkWaits) {
  std::vector<std::string> lines;
  SlowStatementLog* observing = nullptr;
  SlowStatementLog log(milliseconds{0}, [&](std::string_view line) {
    if (lines.empty()) std::thread([&] { observing->statement(event("policies.list")); }).join();
    lines.emplace_back(line);
  });
  observing = &log;
  log.statement(event("policies.get"));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], testing::HasSubstr("policies.get"));
  EXPECT_THAT(lines[1], testing::HasSubstr("policies.list"));
}

TEST(SlowStatementLog, KeepsABoundedNumberOfLinesForASlowSink) {
  int lines = 0;
  SlowStatementLog* observing = nullptr;
  SlowStatementLog log(milliseconds{0}, [&](std::string_view) {
    if (lines++ > 0) return;
    std::thread([&] {
      for (int i = 0; i < 5'000; ++i) observing->statement(event("policies.list"));
    }).join();
  });
  observing = &log;
  log.statement(event("policies.get"));
  EXPECT_EQ(lines, 1'001);
}

TEST(SlowStatementLog, QuotesWhatWouldBreakALine) {
  const DatabaseIdentity odd{.system = "sqlite", .name = "my \"db\"\nx=1", .host = {}, .port = 0};
  const StatementEvent said{.database = odd, .name = "a.b", .sql = {}};
  EXPECT_THAT(to_logfmt(said), testing::EndsWith(R"(db="my \"db\" x=1")"));
}

}  // namespace
}  // namespace tenon::test
