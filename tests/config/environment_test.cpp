#include <filesystem>
#include <fstream>

#include <tenon/database.hpp>
#include <tenon/uuid.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

// A file with this text, gone at the end.
class File {
 public:
  explicit File(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / ("tenon-config-" + to_string(Uuid::random()))) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(ConfigEnvironment, IsAnEmbeddedFileWhenNothingIsSet) {
  const ConfigReading reading = read_config(environment({}));
  EXPECT_EQ(reading.config.url, "sqlite:tenon.db");
  EXPECT_EQ(told(reading, "url"), "sqlite:tenon.db from default");
  EXPECT_EQ(config_of({{"DATABASE_URL", ""}, {"DB_HOST", ""}}).url, "sqlite:tenon.db");
}

TEST(ConfigEnvironment, TakesTheUrlFirst) {
  const ConfigReading reading = read_config(environment({{"DATABASE_URL", "postgresql://a:sentinel@h/d"},
                                                         {"DB_HOST", "other"},
                                                         {"DB_PASSWORD", "sentinel"}}));
  EXPECT_EQ(reading.config.url, "postgresql://a@h/d");
  EXPECT_EQ(reading.config.password.reveal(), "sentinel");
  EXPECT_EQ(told(reading, "password"), "*** from DATABASE_URL");
  EXPECT_THAT(reading.ignored, ElementsAre("DB_HOST", "DB_PASSWORD"));
  for (const ConfigValue& value : reading.values) EXPECT_THAT(value.value, Not(HasSubstr("sentinel")));
}

TEST(ConfigEnvironment, ReadsEachFamilyOfNames) {
  EXPECT_EQ(config_of({{"DB_HOST", "h"},
                       {"DB_PORT", "6000"},
                       {"DB_USER", "a b"},
                       {"DB_NAME", "n/m"},
                       {"DB_SSLMODE", "verify-full"},
                       {"DB_PASSWORD", "p"}})
                .url,
            "postgresql://a%20b@h:6000/n%2Fm?sslmode=verify-full");
  EXPECT_EQ(config_of({{"POSTGRES_HOST", "h"},
                       {"POSTGRES_PORT", "1"},
                       {"POSTGRES_USER", "u"},
                       {"POSTGRES_DB", "d"},
                       {"POSTGRES_PASSWORD", "p"}})
                .url,
            "postgresql://u@h:1/d");
  EXPECT_EQ(config_of({{"DATABASE_HOST", "h"},
                       {"DATABASE_PORT", "1"},
                       {"DATABASE_NAME", "d"},
                       {"DATABASE_USER", "u"},
                       {"DATABASE_SSLMODE", "require"}})
                .url,
            "postgresql://u@h:1/d?sslmode=require");
  EXPECT_EQ(config_of({{"POSTGRES_DB", "d"}}).url, "postgresql://localhost/d");
}

TEST(ConfigEnvironment, TakesEveryKindOfHost) {
  const auto url = [](const char* host) { return config_of({{"DB_HOST", host}, {"DB_PORT", "5"}}).url; };
  EXPECT_EQ(url("::1"), "postgresql://[::1]:5");
  EXPECT_EQ(url("fe80::1%eth0"), "postgresql://[fe80::1%25eth0]:5");
  EXPECT_EQ(url("/cloudsql/p:r:i"), "postgresql://?host=%2Fcloudsql%2Fp%3Ar%3Ai&port=5");
  EXPECT_EQ(url("a,b"), "postgresql://?host=a%2Cb&port=5");
}

// A mixture could send one server's password to another.
TEST(ConfigEnvironment, NeverMixesFamilies) {
  const ConfigReading reading = read_config(environment(
      {{"DB_PASSWORD", "mine"}, {"POSTGRES_HOST", "h"}, {"POSTGRES_USER", "u"}, {"DATABASE_NAME", "d"}}));
  EXPECT_EQ(reading.config.url, "postgresql://u@h");
  EXPECT_TRUE(reading.config.password.empty());
  EXPECT_THAT(reading.ignored, UnorderedElementsAre("DB_PASSWORD", "DATABASE_NAME"));
}

TEST(ConfigEnvironment, ReadsSecretsFromFiles) {
  const File url("postgresql://u:p@h/d\n"), size("3\r\n"), password("sentinel\n");
  EXPECT_EQ(config_of({{"DATABASE_URL_FILE", url.path()}}).password.reveal(), "p");
  EXPECT_EQ(config_of({{"DB_POOL_SIZE_FILE", size.path()}}).pool.size, 3U);
  // Read again at every connect, so that it may change.
  const ConfigReading reading =
      read_config(environment({{"DB_HOST", "h"}, {"DB_PASSWORD_FILE", password.path()}}));
  EXPECT_EQ(reading.config.postgres.password_file, password.path());
  EXPECT_TRUE(reading.config.password.empty());
  EXPECT_EQ(told(reading, "postgres.password_file"), password.path() + " from DB_PASSWORD_FILE");
  EXPECT_THAT(refused_environment({{"DB_POOL_SIZE_FILE", "/does/not/exist"}}),
              HasSubstr("DB_POOL_SIZE_FILE"));
  EXPECT_THAT(refused_environment({{"DB_POOL_SIZE_FILE", size.path()}, {"DB_POOL_SIZE", "3"}}),
              HasSubstr("set one of them"));
}

// Reading one throws from within the standard library.
TEST(ConfigEnvironment, RefusesADirectoryInPlaceOfAFileWithTheVariablesName) {
  const std::string directory = std::filesystem::temp_directory_path().string();
  EXPECT_THAT(refused_environment({{"DATABASE_URL_FILE", directory}}),
              AllOf(testing::StartsWith("DATABASE_URL_FILE"), HasSubstr(directory)));
}

TEST(ConfigEnvironment, AcceptsBothWorldsNamesOfThePool) {
  const Config sqlalchemy = config_of({{"DB_POOL_SIZE", "7"},
                                       {"DB_POOL_OVERFLOW", "2"},
                                       {"DB_POOL_TIMEOUT", "1.5"},
                                       {"DB_POOL_RECYCLE", "3600"}});
  EXPECT_EQ(sqlalchemy.pool.size, 7U);
  EXPECT_EQ(sqlalchemy.pool.max_overflow, 2U);
  EXPECT_EQ(sqlalchemy.pool.acquire_timeout, std::chrono::milliseconds{1'500});
  EXPECT_EQ(sqlalchemy.pool.max_lifetime, std::chrono::hours{1});
  const Config go = config_of({{"DB_MAX_OPEN_CONNS", "12"},
                               {"DB_MAX_IDLE_CONNS", "4"},
                               {"DB_CONN_MAX_LIFETIME", "5m"},
                               {"DB_CONN_MAX_IDLE_TIME", "90s"}});
  EXPECT_EQ(go.pool.size, 4U);
  EXPECT_EQ(go.pool.max_overflow, 8U);
  EXPECT_EQ(go.pool.max_lifetime, std::chrono::minutes{5});
  EXPECT_EQ(go.pool.idle_timeout, std::chrono::seconds{90});
  EXPECT_EQ(config_of({{"DB_MAX_OPEN_CONNS", "3"}}).pool.size, 3U);
  EXPECT_EQ(config_of({{"DB_MAX_OPEN_CONNS", "3"}}).pool.max_overflow, 0U);
}

TEST(ConfigEnvironment, OrdersNamesOfOneSetting) {
  const std::map<std::string, std::string> all{{"DATABASE_URL", "sqlite:x.db?tenon.pool.max_overflow=1"},
                                               {"TENON_POOL_MAX_OVERFLOW", "2"},
                                               {"DB_MAX_OVERFLOW", "3"},
                                               {"DB_POOL_OVERFLOW", "4"}};
  const auto overflow_without = [&](std::initializer_list<const char*> names) {
    auto left = all;
    for (const char* name : names) left.erase(name);
    const ConfigReading reading = read_config(environment(left));
    return told(reading, "pool.max_overflow");
  };
  EXPECT_EQ(overflow_without({}), "1 from tenon.pool.max_overflow in DATABASE_URL");
  EXPECT_EQ(overflow_without({"DATABASE_URL"}), "2 from TENON_POOL_MAX_OVERFLOW");
  EXPECT_EQ(overflow_without({"DATABASE_URL", "TENON_POOL_MAX_OVERFLOW"}), "3 from DB_MAX_OVERFLOW");
  EXPECT_EQ(overflow_without({"DATABASE_URL", "TENON_POOL_MAX_OVERFLOW", "DB_MAX_OVERFLOW"}),
            "4 from DB_POOL_OVERFLOW");
}

TEST(ConfigEnvironment, RefinesAPreset) {
  const ConfigReading reading =
      read_config(environment({{"DB_POOL_PRESET", "high_load"}, {"DB_POOL_SIZE", "9"}}));
  EXPECT_EQ(told(reading, "pool.size"), "9 from DB_POOL_SIZE");
  EXPECT_EQ(told(reading, "pool.acquire_timeout"), "5s from preset high_load");
  EXPECT_EQ(config_of({{"DB_POOL_PRESET", "single_worker"}}).pool.size, 1U);
  EXPECT_THAT(refused_environment({{"DB_POOL_PRESET", "highload"}}),
              AllOf(HasSubstr("DB_POOL_PRESET"), HasSubstr("'high_load'")));
}

// Those 5 connections that high_load keeps open once stood in the way of a smaller pool.
TEST(ConfigEnvironment, RefinesAPresetDownToASmallPool) {
  const Config small = config_of({{"DB_POOL_PRESET", "high_load"}, {"DB_POOL_SIZE", "3"}});
  EXPECT_EQ(small.pool.size, 3U);
  EXPECT_EQ(small.pool.min_idle, 3U);
  EXPECT_EQ(config_of({{"DB_POOL_PRESET", "high_load"}, {"DB_MAX_OPEN_CONNS", "2"}}).pool.min_idle, 2U);
  EXPECT_THAT(refused_environment({{"DB_POOL_SIZE", "3"}, {"TENON_POOL_MIN_IDLE", "4"}}),
              testing::StartsWith("TENON_POOL_MIN_IDLE"));
}

TEST(ConfigEnvironment, RefusesNumbersThatCannotWorkWithTheVariablesName) {
  for (const char* name : {"DB_CONNECT_TIMEOUT", "TENON_POOL_PING_TIMEOUT", "TENON_POOL_BACKOFF_MAX",
                           "TENON_POOL_MAX_CONNECTING", "TENON_SQLITE_READERS"})
    EXPECT_THAT(refused_environment({{name, "0"}}), testing::StartsWith(name));
  EXPECT_THAT(refused_environment({{"TENON_POOL_BACKOFF_MIN", "1h"}}),
              AllOf(testing::StartsWith("TENON_POOL_BACKOFF_MIN"), HasSubstr("pool.backoff_max")));
  EXPECT_THAT(refused_url("sqlite:x.db?tenon.pool.connect_timeout=0"),
              testing::StartsWith("tenon.pool.connect_timeout"));
}

TEST(ConfigEnvironment, RefusesBadValuesWithTheVariablesName) {
  const std::pair<const char*, const char*> bad[] = {
      {"DB_POOL_SIZE", "-1"},       {"DB_POOL_SIZE", "five"},     {"DB_POOL_SIZE", "5.5"},
      {"DB_POOL_SIZE", "99999999"}, {"DB_MAX_OVERFLOW", "1e3"},   {"DB_POOL_TIMEOUT", "-3"},
      {"DB_POOL_TIMEOUT", "soon"},  {"DB_POOL_TIMEOUT", "nan"},   {"DB_POOL_RECYCLE", "0.5"},
      {"DB_POOL_RECYCLE", "0"},     {"DB_POOL_RECYCLE", "-1"},    {"DB_CONN_MAX_LIFETIME", "900ms"},
      {"DB_MAX_OPEN_CONNS", "0"},   {"DB_ENABLED", "perhaps"},    {"TENON_SQLITE_SYNCHRONOUS", "off"},
      {"TENON_SQLITE_READERS", ""}, {"TENON_CALL_TIMEOUT", "1y"}, {"DB_POOL_SIZE", "0x10"}};
  for (const auto& [name, value] : bad) {
    if (*value == '\0') continue;
    EXPECT_THAT(refused_environment({{name, value}}), testing::StartsWith(name)) << value;
  }
  EXPECT_THAT(refused_environment({{"DB_HOST", "h"}, {"DB_PORT", "0"}}), testing::StartsWith("DB_PORT"));
  EXPECT_THAT(refused_environment({{"DB_HOST", "h"}, {"DB_PORT", "70000"}}),
              testing::StartsWith("DB_PORT"));
  EXPECT_THAT(refused_environment({{"DB_HOST", "h"}, {"DB_SSLMODE", "verify"}}),
              AllOf(testing::StartsWith("DB_SSLMODE"), HasSubstr("'verify-")));
  EXPECT_THAT(refused_environment({{"DB_POOL_SIZE", "0"}, {"DB_MAX_OVERFLOW", "0"}}),
              testing::StartsWith("DB_POOL_SIZE"));
  EXPECT_THAT(refused_environment({{"DB_MAX_OPEN_CONNS", "3"}, {"DB_POOL_SIZE", "5"}}),
              AllOf(testing::StartsWith("DB_MAX_OPEN_CONNS"), HasSubstr("DB_POOL_SIZE")));
}

TEST(ConfigEnvironment, CanDisableTheDatabase) {
  const Config config = config_of({{"DB_ENABLED", "false"}});
  EXPECT_FALSE(config.enabled);
  try {
    (void)Database::open(config);
    FAIL() << "it was opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::unavailable);
    EXPECT_THAT(error.what(), HasSubstr("disabled"));
  }
}

}  // namespace
}  // namespace tenon::test
