#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Operations : public ProgramTest {
 protected:
  static std::string value(const nlohmann::json& config, const char* name, const char* member = "value") {
    for (const auto& setting : config.at("values"))
      if (setting.at("name") == name) return setting.at(member);
    return "no such setting";
  }
};

TEST_P(Operations, TellHealth) {
  succeed("migrate up");
  const auto health = json("health");
  EXPECT_EQ(health["available"], true);
  EXPECT_EQ(health["backend"], GetParam() == "sqlite" ? "sqlite" : "postgresql");
  EXPECT_EQ(health["pending_migrations"], 0);
  EXPECT_EQ(health["error"], "");
  for (const char* member : {"latency_ms", "schema_version", "tables", "connections", "pool_size"})
    EXPECT_TRUE(health[member].is_number()) << member;
  EXPECT_THAT(succeed("health"), AllOf(HasSubstr("available"), HasSubstr("schema_version")));
}

TEST_P(Operations, TellReadiness) {
  EXPECT_EQ(json("ready")["ready"], true);
  EXPECT_THAT(succeed("ready --timeout 5000"), HasSubstr("true"));
  fail(2, "ready --timeout 0");
}

TEST_P(Operations, TellInfo) {
  succeed("migrate up");
  EXPECT_EQ(
      json("info"),
      (nlohmann::json{
          {"enabled", true}, {"total_analyses", 0}, {"average_monthly_cost", 0.0}, {"blocked_count", 0}}));
}

TEST_P(Operations, TellOfADatabaseThatIsDisabled) {
  const std::string program = shell_word(TENON_PROGRAM);
  const Outcome info = shell("DB_ENABLED=false " + program + " info --json");
  EXPECT_EQ(info.exit_code, 0) << info.err;
  EXPECT_THAT(info.out, HasSubstr("\"enabled\":false"));
  const Outcome health = shell("DB_ENABLED=false " + program + " health");
  EXPECT_EQ(health.exit_code, 1);
  EXPECT_THAT(health.err, HasSubstr("disabled"));
}

TEST_P(Operations, ShowTheConfigurationWithItsOrigins) {
  const Outcome shown = shell("DB_POOL_SIZE=7 DB_HOST=elsewhere DB_POOL_PRESET=high_load " +
                              shell_word(TENON_PROGRAM) + " config --json");
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  const auto config = nlohmann::json::parse(shown.out);
  EXPECT_EQ(value(config, "url", "origin"), "DATABASE_URL");
  EXPECT_EQ(value(config, "pool.size"), "7");
  EXPECT_EQ(value(config, "pool.size", "origin"), "DB_POOL_SIZE");
  EXPECT_EQ(value(config, "pool.min_idle", "origin"), "preset high_load");
  EXPECT_EQ(value(config, "call_timeout", "origin"), "default");
  EXPECT_EQ(config["ignored"], nlohmann::json{"DB_HOST"});
  EXPECT_THAT(succeed("config --url sqlite:other.db"), HasSubstr("sqlite:other.db"));
}

#ifdef TENON_HAS_POSTGRES
TEST_P(Operations, ShowWhatTheServerSaidAsItIs) {
  if (GetParam() == "sqlite") GTEST_SKIP() << "it has no server";
  std::string missing = url;
  missing.insert(missing.find("tenon_cli_"), "no_");
  for (const std::string command : {"health", "ready"}) {
    const Outcome outcome = tenon(command + " --url " + shell_word(missing));
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("\"no_tenon_cli_"), Not(HasSubstr("\\\"")))) << command;
  }
}

TEST_P(Operations, NeverShowAPassword) {
  const std::string program = shell_word(TENON_PROGRAM);
  for (const std::string& command :
       {std::string("config"), std::string("config --json"), std::string("health --timeout 300"),
        std::string("ready --timeout 300 --json"), std::string("info"), std::string("migrate up"),
        std::string("--tenant acme policy list"), std::string("doctor")}) {
    for (const char* place :
         {"DATABASE_URL=postgresql://u:sentinel@127.0.0.1:1/d", "DATABASE_URL=postgresql://u:sentinel@@h/d",
          "DATABASE_URL='postgresql://u@127.0.0.1:1/d?password=sentinel&sslpassword=sentinel'",
          "DATABASE_URL=postgresql://u:sent?inel=sentinel@h/d",
          "DATABASE_URL= DB_HOST=127.0.0.1 DB_PORT=1 DB_PASSWORD=sentinel"}) {
      const Outcome outcome = shell(std::string(place) + " " + program + " " + command);
      EXPECT_THAT(outcome.out + outcome.err, Not(testing::AnyOf(HasSubstr("sentinel"), HasSubstr("inel"))))
          << command << place;
      EXPECT_NE(outcome.out + outcome.err, "");
    }
  }
}

TEST_P(Operations, SayWhyTheDatabaseIsNotThere) {
  const Outcome outcome =
      shell("DATABASE_URL=postgresql://u@127.0.0.1:1/d " + shell_word(TENON_PROGRAM) + " ready --json");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("\"ready\":false"), HasSubstr("refused")));
}
#endif

INSTANTIATE_TEST_SUITE_P(, Operations, ON_EVERY_BACKEND, backend_name);

}  // namespace
