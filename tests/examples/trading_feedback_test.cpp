#ifdef TRADING_FEEDBACK

#include <regex>

#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TradingFeedback : public ProgramTest {
 protected:
  [[nodiscard]] static std::string program(const std::string& desk = "eu") {
    return shell_word(TRADING_FEEDBACK) + " --desk " + desk + " ";
  }
  [[nodiscard]] Outcome trading(const std::string& arguments, const std::string& desk = "eu") const {
    return shell(program(desk) + arguments);
  }
  [[nodiscard]] static std::string prices() {
    return " --prices " + shell_word(std::string(EXAMPLES) + "/trading_feedback/data/ACME.txt");
  }
  // Id and secret of a new key.
  [[nodiscard]] std::pair<std::string, std::string> new_key(const std::string& permission = "trade") const {
    const std::string line = trading("keys create worker --permission " + permission).out;
    return {line.substr(0, 36), line.substr(37, line.find('\n') - 37)};
  }
  // Trades and wins of all providers, from the report.
  [[nodiscard]] std::pair<int, int> totals(const std::string& desk = "eu") const {
    const std::string report = trading("report", desk).out;
    static const std::regex row(R"((\d+) trades\s+(\d+) won)");
    std::pair<int, int> sum{0, 0};
    for (std::sregex_iterator at(report.begin(), report.end(), row), end; at != end; ++at) {
      sum.first += std::stoi((*at)[1]);
      sum.second += std::stoi((*at)[2]);
    }
    return sum;
  }
};

TEST_P(TradingFeedback, FourWorkersThatStartAtOnceLoseNothing) {
  // The first start of all: each migrates and makes a key of its own.
  const std::string keys = "(" + program() + "keys create w --permission trade)";
  const Outcome started = shell(keys + " & " + keys + " & " + keys + " & " + keys + " & wait");
  ASSERT_EQ(started.err, "");
  const std::string secret = new_key().second;

  std::string workers;
  for (int worker = 0; worker < 4; ++worker)
    workers += "(" + program() + "trade --secret " + secret + prices() + " --first " +
               std::to_string(worker) + " --step 4 --seed " + std::to_string(worker) + ") & ";
  const Outcome traded = shell(workers + "wait");
  ASSERT_EQ(traded.err, "");
  int trades = 0;
  static const std::regex line(R"((\d+) trades)");
  for (std::sregex_iterator at(traded.out.begin(), traded.out.end(), line), end; at != end; ++at)
    trades += std::stoi((*at)[1]);
  EXPECT_GT(trades, 50);
  EXPECT_EQ(totals().first, trades) << trading("report").out;
  EXPECT_GT(totals().second, 0);
  EXPECT_THAT(trading("report").out, HasSubstr("let in 4 times, turned away 0 times"));
}

TEST_P(TradingFeedback, AnswersFromItsCacheTheSecondTime) {
  const std::string trade = "trade --secret " + new_key().second + prices() + " --step 40";
  ASSERT_EQ(trading(trade).exit_code, 0);
  EXPECT_THAT(trading("report").out, HasSubstr(": 0 hits, 10 misses"));
  ASSERT_EQ(trading(trade + " --seed 1").exit_code, 0);
  EXPECT_THAT(trading("report").out, Not(HasSubstr(": 0 hits")));
  EXPECT_EQ(trading("sweep").out, "0 expired decisions removed\n");
}

TEST_P(TradingFeedback, LetsInWhoMayAndNobodyElse) {
  const auto [id, secret] = new_key();
  const std::string reader = new_key("read").second;
  const auto turned_away = [&](const std::string& with, const std::string& desk, const char* reason) {
    const Outcome refused = trading("trade --secret " + with + prices(), desk);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr(reason), Not(HasSubstr(with))));
  };
  turned_away("tk_wrong", "eu", "unknown secret");
  turned_away(reader, "eu", "not permitted");
  turned_away(secret, "us", "unknown secret");
  EXPECT_EQ(trading("keys revoke " + id).exit_code, 0);
  turned_away(secret, "eu", "revoked");
  EXPECT_EQ(trading("keys revoke " + id).exit_code, 1);
  EXPECT_THAT(trading("report").out, HasSubstr("let in 0 times, turned away 3 times"));
  EXPECT_THAT(trading("keys list").out, AllOf(HasSubstr("worker: trade (revoked)"), Not(HasSubstr("tk_"))));
  EXPECT_EQ(trading("keys list", "us").out, "");
}

TEST_P(TradingFeedback, TellsTheDatabasesHealth) {
  (void)trading("report");
  const auto health = nlohmann::json::parse(trading("--pool high_load health").out);
  EXPECT_EQ(health["available"], true);
  EXPECT_GE(health["schema_version"], 1);
  EXPECT_EQ(health["pending_migrations"], 0);
  EXPECT_EQ(health["error"], "");
}

TEST_P(TradingFeedback, TellsTheHealthOfADatabaseThatIsAwayOrEmpty) {
  const Outcome away = trading("--url postgresql://nobody@127.0.0.1:1/none health");
  EXPECT_EQ(away.exit_code, 1);
  const auto health = nlohmann::json::parse(away.out, nullptr, false);
  ASSERT_TRUE(health.is_object()) << away.out << away.err;
  EXPECT_EQ(health["available"], false);
  EXPECT_NE(health["error"], "");
  EXPECT_EQ(nlohmann::json::parse(trading("health").out)["schema_version"], 0) << "it migrates nothing";
}

TEST_P(TradingFeedback, TakesItsPoolFromTheEnvironmentUnlessToldAPreset) {
  if (GetParam() != "postgres") GTEST_SKIP() << "SQLite has readers instead";
  const auto size = [&](const std::string& option) {
    const Outcome told = shell("DB_POOL_SIZE=7 " + program() + option + " health");
    return nlohmann::json::parse(told.out, nullptr, false).value("pool_size", 0);
  };
  EXPECT_EQ(size(""), 7);
  EXPECT_EQ(size("--pool high_load"), 20);
}

TEST_P(TradingFeedback, RefusesPricesThatAreNone) {
  const std::string secret = new_key().second;
  (void)file("bad.txt", "100.5\n-3\n");
  (void)file("short.txt", "100.5\n");
  for (const auto& [prices, reason] : std::initializer_list<std::pair<std::string, std::string>>{
           {"bad.txt", "bad.txt:2: not a price"},
           {"short.txt", "short.txt: there are fewer than 22 prices"},
           {"absent.txt", "cannot read absent.txt"},
           {".", "cannot read ."}}) {
    const Outcome refused = trading("trade --secret " + secret + " --prices " + prices);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr(reason));
  }
  EXPECT_EQ(totals().first, 0);
}

TEST_P(TradingFeedback, TakesNoBarThatIsNotThere) {
  const std::string trade = "trade --secret " + new_key().second + prices();
  for (const char* beyond : {"--first -1", "--first 18446744073709551615", "--first 1000001", "--step 0",
                             "--step -1", "--step 18446744073709551615"}) {
    const Outcome refused = trading(trade + " " + beyond);
    EXPECT_EQ(refused.exit_code, 1) << beyond;
    EXPECT_THAT(refused.err,
                AllOf(HasSubstr(beyond[2] == 'f' ? "--first" : "--step"), HasSubstr("not in range")));
  }
  EXPECT_EQ(totals().first, 0);
  for (const char* first : {"380", "400", "1000000"})
    EXPECT_EQ(trading(trade + " --first " + first).out, "0 trades\n") << first;
  EXPECT_EQ(trading(trade + " --step 1000000").exit_code, 0);
}

TEST_P(TradingFeedback, SaysThatASecretWasNotPrinted) {
  const Outcome lost = trading("keys create worker --permission trade >/dev/full");
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, HasSubstr("cannot write"));
  EXPECT_EQ(trading("report >/dev/full").exit_code, 1);
}

TEST_P(TradingFeedback, PrintsAKeyOnOneLine) {
  (void)trading("keys create 'a\nb' --permission 'c\x1b[0md'");
  EXPECT_THAT(trading("keys list").out, HasSubstr("  a?b: c?[0md\n"));
}

TEST_P(TradingFeedback, BacksUpAndKeepsTheNewest) {
  (void)new_key();
  const auto first = nlohmann::json::parse(trading("backup copies --keep 1").out);
  const auto second = nlohmann::json::parse(trading("backup copies --keep 1").out);
  EXPECT_GT(second["bytes"], 0);
  EXPECT_EQ(second["removed"], nlohmann::json{first["file"]});
}

TEST_P(TradingFeedback, NamesTheValuesOfItsOptions) {
  EXPECT_THAT(trading("--help").out, AllOf(HasSubstr("high_load"), HasSubstr("single_worker")));
  EXPECT_THAT(trading("--pool huge report").err, HasSubstr("--pool"));
}

INSTANTIATE_TEST_SUITE_P(Backends, TradingFeedback, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
