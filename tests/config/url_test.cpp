#include <limits>
#include <sstream>

#include <tenon/backend/registry.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ConfigUrl, TakesThePasswordOut) {
  const auto taken = [](const char* url) {
    const Config config = Config::from_url(url);
    return config.url + " " + config.password.reveal();
  };
  EXPECT_EQ(taken("postgresql://app:secret@host:5432/db"), "postgresql://app@host:5432/db secret");
  EXPECT_EQ(taken("postgres://app:s%40%2F%3A%3F%23%25@host/db"), "postgres://app@host/db s@/:?#%");
  EXPECT_EQ(taken("postgresql+psycopg2://app:a:b@host/db"), "postgresql+psycopg2://app@host/db a:b");
  EXPECT_EQ(taken("postgresql://app@host/db?password=p%26q&sslmode=require"),
            "postgresql://app@host/db?sslmode=require p&q");
  EXPECT_EQ(taken("postgresql://:secret@host/db"), "postgresql://@host/db secret");
  EXPECT_EQ(taken("postgresql://host:5432/db"), "postgresql://host:5432/db ");
  EXPECT_EQ(taken("postgresql://app:secret@[::1]:5433/db"), "postgresql://app@[::1]:5433/db secret");
  EXPECT_EQ(taken("postgresql://app:secret@a:1,b:2/db?target_session_attrs=read-write"),
            "postgresql://app@a:1,b:2/db?target_session_attrs=read-write secret");
}

TEST(ConfigUrl, LeavesSqlitePathsAlone) {
  for (const char* url :
       {"sqlite:ops.db", "sqlite:///./data/x.db", "sqlite:////var/a@b:c.db", "sqlite::memory:"})
    EXPECT_EQ(Config::from_url(url).url, url);
}

TEST(ConfigUrl, RefusesAPasswordThatIsNotEncodedWithoutShowingIt) {
  for (const char* url : {"postgresql://user:secret@h@ost/db", "postgresql://user:secret/@host/db",
                          "postgresql://user:sec?ret@host/db", "postgresql://user:sec?ret=x@host/db",
                          "postgresql://user:12?secret=5@host/db", "postgresql://user:%2secret@host/db"})
    EXPECT_THAT(refused_url(url), AllOf(Not(HasSubstr("sec")), Not(HasSubstr("ret")))) << url;
}

// libpq takes what stands before the '/' for the host, and all behind it for the database.
TEST(ConfigUrl, RefusesAUserThatIsNotEncodedWithoutShowingItsPassword) {
  for (const char* url : {"postgresql://DOM/user:secret@host/db", "postgresql://DOM/user:sec?ret=x@host/db",
                          "postgresql://DOM/a/user:secret@host:5432/db?sslmode=require"})
    EXPECT_THAT(refused_url(url), AllOf(HasSubstr("%2F"), Not(HasSubstr("sec")), Not(HasSubstr("ret"))))
        << url;
  EXPECT_EQ(Config::from_url("postgresql://DOM%2Fapp:secret@host/db").url,
            "postgresql://DOM%2Fapp@host/db");
  EXPECT_EQ(Config::from_url("postgresql://host/a@b").url, "postgresql://host/a@b");
}

TEST(ConfigUrl, IsToldWithoutTheValuesOfSecretParameters) {
  // Of a scheme whose parameters nobody knows.
  const ConfigReading reading =
      read_config(environment({}),
                  "later://h/d?sslpassword=sentinel&oauth_client_secret=sentinel&scram_client_key=sentinel"
                  "&scram_server_key=sentinel&sslmode=require");
  EXPECT_THAT(told(reading, "url"), AllOf(Not(HasSubstr("sentinel")), HasSubstr("scram_server_key=***"),
                                          HasSubstr("sslmode=require")));
}

TEST(ConfigUrl, ReadsSettingsOfItsOwn) {
  const Config config = Config::from_url(
      "sqlite:ops.db?tenon.pool.size=7&tenon.pool.acquire_timeout=250ms&tenon.sqlite.synchronous=normal"
      "&tenon.sqlite.raw_schemas=hosting,%20billing&tenon.postgres.prepared_statements=off"
      "&tenon.tenant_ids=integer&tenon.sqlite.open_tenants=9");
  EXPECT_EQ(config.url, "sqlite:ops.db");
  EXPECT_EQ(config.pool.size, 7U);
  EXPECT_EQ(config.pool.acquire_timeout, std::chrono::milliseconds{250});
  EXPECT_EQ(config.sqlite.synchronous, Synchronous::normal);
  EXPECT_EQ(config.sqlite.raw_schemas, (std::vector<std::string>{"hosting", "billing"}));
  EXPECT_FALSE(config.postgres.prepared_statements);
  EXPECT_EQ(config.tenant_ids, TenantIds::integer);
  EXPECT_EQ(config.sqlite.open_tenants, 9U);
}

TEST(ConfigUrl, NamesTheNearestOfAnUnknownSetting) {
  EXPECT_THAT(refused_url("sqlite:x.db?tenon.pool.sise=7"),
              AllOf(HasSubstr("'tenon.pool.sise'"), HasSubstr("'tenon.pool.size'")));
  EXPECT_THAT(refused_url("sqlite:x.db?tenon.pool.size=1&tenon.pool.size=2"), HasSubstr("twice"));
}

// Whoever can write a URL cannot open the walls between tenants with it.
TEST(ConfigUrl, CannotAcceptFindingsOfTheGate) {
  refused_url("sqlite:x.db?tenon.postgres.accept_findings=*");
  refused_url("sqlite:x.db?tenon.postgres.tenant_columns=none");
  refused_url("sqlite:x.db?tenon.sqlite.tenant_columns=none");
}

TEST(ConfigUrl, CannotNameTheLoginAsARole) {
  for (const std::string role : {"application_role", "read_only_role", "administrator_role"})
    EXPECT_THAT(refused_url("sqlite:x.db?tenon.postgres." + role + "=none"), HasSubstr("is no role"));
  EXPECT_THAT(refused_url("sqlite:x.db?tenon.postgres.tenant_setting=role"), HasSubstr("has no dot"));
  for (const char* variable : {"TENON_POSTGRES_APPLICATION_ROLE", "TENON_POSTGRES_READ_ONLY_ROLE",
                               "TENON_POSTGRES_ADMINISTRATOR_ROLE"})
    EXPECT_THAT(refused_environment({{variable, "none"}}), HasSubstr(variable));
}

#ifdef TENON_HAS_SQLITE
TEST(ConfigUrl, NamesTheNearestParameterOfSqlite) {
  EXPECT_THAT(refused_url("sqlite:x.db?mode=ro"),
              AllOf(HasSubstr("unknown parameter 'mode'"), HasSubstr("the nearest is 'tenants'")));
  EXPECT_THAT(refused_url("sqlite:x.db?tenon.pool.sise=1"), HasSubstr("'tenon.pool.size'"));
}
#endif

#ifdef TENON_HAS_POSTGRES
TEST(ConfigUrl, NamesTheNearestParameterOfLibpq) {
  EXPECT_THAT(refused_url("postgresql://h/d?sslmod=require"), HasSubstr("'sslmode'"));
  EXPECT_THAT(refused_url("postgresql://h/d?target_sesion_attrs=any"), HasSubstr("'target_session_attrs'"));
  EXPECT_THAT(refused_url("postgresql://h/d?pool_size=5"), HasSubstr("'tenon.pool.size'"));
}

TEST(ConfigUrl, TakesWhatLibpqTakes) {
  for (const char* url :
       {"postgresql://", "postgresql:///db", "postgresql://h:1,[::1]:2,k/db?connect_timeout=3",
        "postgres:///db?host=/cloudsql/project:region:instance",
        "postgresql://h/d?sslrootcert=ca.crt&ssl=true", "postgresql:///d?host=a,b&port=1,2&hostaddr=::1,",
        "postgresql:///d?host=a,b,c&port=1", "postgresql:///d?hostaddr=::1,::2&keepalives_idle=%205",
        "postgresql://h/d?keepalives_idle=30&application_name=my%20app&options=-c%20jit%3Doff"})
    EXPECT_NO_THROW((void)Config::from_url(url)) << url;
  refused_url("postgresql://h/d?sslmode");
  refused_url("postgresql://h:port/d");
}

// They were outages, to be waited out.
TEST(ConfigUrl, RefusesWhatLibpqRefusesBeforeItConnects) {
  EXPECT_THAT(refused_url("postgresql://h/d?sslmode=verify_full"), HasSubstr("\"verify_full\""));
  EXPECT_THAT(refused_url("postgresql://a,b/d?target_session_attrs=readwrite"), HasSubstr("\"readwrite\""));
  EXPECT_THAT(refused_url("postgresql://a,b:99999/d"), HasSubstr("\"99999\""));
  EXPECT_THAT(refused_url("postgresql:///d?host=a,b,c&port=1,2"), HasSubstr("3 hosts"));
  EXPECT_THAT(refused_url("postgresql:///d?host=a,b&hostaddr=::1"), HasSubstr("2 host names"));
  EXPECT_THAT(refused_url("postgresql://h/d?service=nobody_such"), HasSubstr("nobody_such"));
  for (const char* number : {"connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
                             "keepalives_count", "tcp_user_timeout"}) {
    for (const char* value : {"soon", "5s", "99999999999"})
      EXPECT_THAT(refused_url("postgresql://h/d?" + std::string(number) + "=" + value), HasSubstr(number));
  }
  Config config;
  config.url = "postgresql://DOM/user:12?sslmode=sec@h";
  EXPECT_THAT(refusal([&] { (void)backend::known_driver("postgresql")->check(config); }),
              Not(HasSubstr("sec")));
}

TEST(ConfigUrl, RefusesALineBreak) {
  EXPECT_THAT(refused_url("postgresql://h/d\n"), HasSubstr("line break"));
  EXPECT_THAT(refused_url("sqlite:ops.db\r\n"), HasSubstr("line break"));
  Config config;
  config.url = "postgresql://h/d\n";
  EXPECT_THAT(refusal([&] { (void)backend::known_driver("postgresql")->check(config); }),
              HasSubstr("line break"));
}
#endif

// The last '@' was once taken for the end of the user, wherever it stood.
TEST(Config, DisplaysNothingThatStandsBesideAnAtInAParameter) {
  const auto shown = [](const char* url) {
    Config config;
    config.url = url;
    return config.display_url();
  };
  EXPECT_EQ(shown("postgresql://db.example/ops?sslpassword=top@secret"), "postgresql://***");
  EXPECT_EQ(shown("postgresql://app@db/ops?password=p@secret"), "postgresql://***");
  EXPECT_EQ(shown("postgresql:///ops?password=p@secret"), "postgresql:///ops");
}

TEST(Config, DisplaysThePathOfAFileWithAnAtWhole) {
  Config config;
  for (const char* url : {"sqlite:///data/a@b.db", "sqlite:data/a@b.db", "SQLite:a@b.db"}) {
    config.url = url;
    EXPECT_EQ(config.display_url(), url);
  }
}

// As "postgresql://" is forgotten: "u" is taken for the scheme.
TEST(Config, DisplaysNothingOfAUrlWithoutASchemeThatMayHoldAPassword) {
  Config config;
  for (const char* url : {"u:sekret@h/d", "u:sek@ret@h/d?x=1", "postgresql:u:sekret@h/d", "sqlite:x@y"}) {
    const bool file = std::string_view(url).starts_with("sqlite:");
    config.url = url;
    EXPECT_EQ(config.display_url(), file ? url : "***");
    std::ostringstream out;
    out << config;
    EXPECT_THAT(out.str(), Not(HasSubstr("sek")));
  }
}

TEST(Config, DisplaysNothingOfAnAddressInAParameterWithoutAnAuthority) {
  Config config;
  config.url = "h/d?password=sek@ret";
  EXPECT_EQ(config.display_url(), "***");
}

TEST(Config, PrintsNoSecrets) {
  Config config = Config::from_url("postgresql://app:sentinel@host/db?sslpassword=sentinel");
  config.tenant_hash_key = Secret("sentinel");
  std::ostringstream out;
  out << config << config.password << config.tenant_hash_key;
  EXPECT_EQ(out.str(), "postgresql://host/db (pool of 5 and 10 overflow)******");
  EXPECT_THAT(testing::PrintToString(config), Not(HasSubstr("sentinel")));
  EXPECT_THAT(testing::PrintToString(config.password), Not(HasSubstr("sentinel")));
}

TEST(Config, RefusesWhatCannotWork) {
  const auto refused = [](void (*change)(Config&)) {
    Config config;
    change(config);
    return refusal([&] { config.validate(); });
  };
  EXPECT_THAT(refused([](Config& c) { c.pool.size = c.pool.max_overflow = 0; }), HasSubstr("pool.size"));
  EXPECT_THAT(refused([](Config& c) { c.pool.acquire_timeout = std::chrono::milliseconds{-1}; }),
              HasSubstr("pool.acquire_timeout"));
  EXPECT_THAT(refused([](Config& c) { c.pool.acquire_timeout = std::chrono::milliseconds{0}; }),
              HasSubstr("pool.acquire_timeout"));
  EXPECT_THAT(refused([](Config& c) { c.pool.size = std::numeric_limits<std::size_t>::max(); }),
              HasSubstr("pool.size"));
  EXPECT_THAT(refused([](Config& c) { c.postgres.application_role = "none"; }),
              HasSubstr("postgres.application_role"));
  EXPECT_THAT(refused([](Config& c) { c.postgres.settings.actor = "role"; }),
              HasSubstr("postgres.actor_setting has no dot"));
  EXPECT_THAT(refused([](Config& c) { c.postgres.settings.tenant = ""; }),
              HasSubstr("postgres.tenant_setting"));
  EXPECT_THAT(refused([](Config& c) { c.postgres.settings.actor = "App.Tenant_ID"; }),
              HasSubstr("is the name of another"));
  EXPECT_THAT(refused([](Config& c) { c.pool.connect_timeout = std::chrono::milliseconds{0}; }),
              HasSubstr("pool.connect_timeout"));
  EXPECT_THAT(refused([](Config& c) { c.pool.min_idle = c.pool.size + 1; }), HasSubstr("pool.min_idle"));
  EXPECT_THAT(refused([](Config& c) { c.sqlite.readers = 0; }), HasSubstr("sqlite.readers"));
}

}  // namespace
}  // namespace tenon::test
