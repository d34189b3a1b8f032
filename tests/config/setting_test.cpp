#include <algorithm>
#include <fstream>
#include <iterator>

#include <tenon/detail/nearest.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

using testing::HasSubstr;

std::string page() {
  std::ifstream in(CONFIGURATION_PAGE, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Settings, AreAllDocumented) {
  const std::string text = page();
  for (const SettingName& setting : setting_names()) {
    EXPECT_THAT(text, HasSubstr("`tenon." + setting.name + "`"));
    for (const std::string& variable : setting.variables) {
      if (variable.starts_with("TENON_")) continue;
      EXPECT_THAT(text, HasSubstr("`" + variable + "`"));
    }
  }
  for (const char* variable : {"DATABASE_URL", "DB_ENABLED", "DB_HOST", "POSTGRES_HOST", "DATABASE_HOST"})
    EXPECT_THAT(text, HasSubstr(std::string("`") + variable + "`"));
}

// Each value that `tenon config` shows can be given again.
TEST(Settings, ReadBackWhatTheyTell) {
  const ConfigReading reading = read_config(environment({{"TENON_POOL_PRESET", "high_load"},
                                                         {"TENON_CALL_TIMEOUT", "1500ms"},
                                                         {"TENON_SQLITE_READERS", "9"}}));
  std::map<std::string, std::string> again;
  for (const ConfigValue& value : reading.values) {
    if (value.name == "enabled" || value.name == "url" || value.name == "password") continue;
    std::string variable = "TENON_" + value.name;
    std::transform(variable.begin(), variable.end(), variable.begin(), [](char c) {
      return c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    again[variable] = value.value;
  }
  again.erase("TENON_POOL_PRESET");
  const ConfigReading second = read_config(environment(again));
  for (const ConfigValue& value : reading.values) {
    const auto same = [&](const ConfigValue& other) { return other.name == value.name; };
    const auto found = std::find_if(second.values.begin(), second.values.end(), same);
    if (value.name == "pool.preset") continue;
    ASSERT_NE(found, second.values.end()) << value.name;
    EXPECT_EQ(found->value, value.value) << value.name;
  }
}

// Where zero is no limit but no wait at all, `never` once meant that.
TEST(Settings, TakeNeverOnlyWhereItMeansNoLimit) {
  for (const char* variable : {"TENON_POOL_MAX_LIFETIME", "TENON_POOL_IDLE_TIMEOUT",
                               "TENON_POOL_LEAK_AFTER", "TENON_CALL_TIMEOUT", "TENON_STATEMENT_TIMEOUT"})
    EXPECT_NO_THROW((void)read_config(environment({{variable, "never"}}))) << variable;
  for (const char* variable :
       {"TENON_POOL_ACQUIRE_TIMEOUT", "TENON_POOL_CONNECT_TIMEOUT", "TENON_POOL_OVERFLOW_LINGER",
        "TENON_POOL_PING_AFTER_IDLE", "TENON_POOL_PING_TIMEOUT", "TENON_POOL_BACKOFF_MIN",
        "TENON_POOL_BACKOFF_MAX", "TENON_SQLITE_BUSY_TIMEOUT"}) {
    try {
      (void)read_config(environment({{variable, "never"}}));
      ADD_FAILURE() << variable << " took it";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr(variable));
    }
  }
}

TEST(NearestName, CountsWhatAFingerDoes) {
  constexpr std::array<std::string_view, 4> known{"host", "hostaddr", "sslmode", "connect_timeout"};
  EXPECT_EQ(detail::nearest_name("hots", known), "host");
  EXPECT_EQ(detail::nearest_name("SSL_MODE", known), "sslmode");
  EXPECT_EQ(detail::nearest_name("timeout", known), "connect_timeout");
  EXPECT_EQ(detail::nearest_name("connecttimeout", known), "connect_timeout");
  EXPECT_EQ(detail::nearest_name("x", {}), "");
}

}  // namespace
}  // namespace tenon::test
