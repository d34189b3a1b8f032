#include "server.hpp"
#include "support.hpp"

namespace tenon::test {
namespace {

using Places = ServerTest;

TEST_F(Places, AreReachedInEveryForm) {
  const std::string socket = directory(), at = port();
  for (const std::string& url :
       {"postgresql://postgres@127.0.0.1:" + at + "/postgres",
        "postgres://postgres@localhost:" + at + "/postgres",
        "postgresql+psycopg2://postgres@localhost:" + at + "/postgres",
        "postgresql://postgres@/postgres?host=" + socket + "&port=" + at,
        "postgresql:///postgres?user=postgres&host=" + socket + "&port=" + at + "&tenon.pool.size=1",
        // The first of several hosts is down.
        "postgresql://postgres@127.0.0.1:1,127.0.0.1:" + at + "/postgres?target_session_attrs=read-write"})
    EXPECT_EQ(failure(Config::from_url(url)), "") << url;
  for (const std::string& host : {std::string("127.0.0.1"), socket})
    EXPECT_EQ(failure(config_of({{"POSTGRES_HOST", host},
                                 {"POSTGRES_PORT", at},
                                 {"POSTGRES_USER", "postgres"},
                                 {"POSTGRES_DB", "postgres"}})),
              "")
        << host;
}

}  // namespace
}  // namespace tenon::test
