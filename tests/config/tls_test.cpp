#include "server.hpp"

namespace tenon::test {
namespace {

using testing::HasSubstr;

// The server's certificate is for "localhost", signed by ca.crt, and for nothing else.
class Tls : public ServerTest {
 protected:
  static Config config(const std::string& host, const std::string& mode,
                       const std::string& authority = {}) {
    std::string url = "postgresql://postgres@" + host + ":" + port() + "/postgres?sslmode=" + mode;
    if (!authority.empty()) url += "&sslrootcert=" + directory() + "/" + authority;
    return Config::from_url(url);
  }
  static std::string connect(const std::string& host, const std::string& mode,
                             const std::string& authority = {}) {
    return failure(config(host, mode, authority));
  }
};

TEST_F(Tls, IsUsedWhenRequired) {
  Database database = Database::open(config("127.0.0.1", "require"));
  EXPECT_EQ(admin("SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) "
                  "WHERE s.ssl AND a.application_name = 'tenon'"),
            "1");
  EXPECT_EQ(admin("SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) "
                  "WHERE NOT s.ssl AND a.application_name = 'tenon'"),
            "0");
}

TEST_F(Tls, ChecksTheAuthority) {
  EXPECT_EQ(connect("127.0.0.1", "verify-ca", "ca.crt"), "");
  EXPECT_THAT(connect("127.0.0.1", "verify-ca", "other.crt"), HasSubstr("certificate verify failed"));
  EXPECT_THAT(connect("127.0.0.1", "verify-ca", "none.crt"), HasSubstr("none.crt"));
  EXPECT_THAT(connect("127.0.0.1", "require", "other.crt"), HasSubstr("certificate verify failed"));
}

TEST_F(Tls, ChecksTheHost) {
  EXPECT_EQ(connect("localhost", "verify-full", "ca.crt"), "");
  EXPECT_THAT(connect("127.0.0.1", "verify-full", "ca.crt"), HasSubstr("does not match host name"));
  EXPECT_THAT(connect("localhost", "verify-full", "other.crt"), HasSubstr("certificate verify failed"));
}

TEST_F(Tls, IsNeverGivenUpSilently) {
  admin("ALTER SYSTEM SET ssl = off");
  admin("SELECT pg_reload_conf()");
  for (int i = 0; i < 100 && admin("SHOW ssl") != "off"; ++i) {
  }
  EXPECT_THAT(connect("127.0.0.1", "require"), HasSubstr("does not support SSL"));
  EXPECT_THAT(connect("localhost", "verify-full", "ca.crt"), HasSubstr("does not support SSL"));
  admin("ALTER SYSTEM RESET ssl");
  admin("SELECT pg_reload_conf()");
  for (int i = 0; i < 100 && admin("SHOW ssl") != "on"; ++i) {
  }
}

}  // namespace
}  // namespace tenon::test
