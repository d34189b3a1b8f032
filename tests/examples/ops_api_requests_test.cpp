#ifdef OPS_API

#include "ops_api_fixture.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

using OpsApiRequests = OpsApi;

TEST_P(OpsApiRequests, AsksWhoSendsAFormForJson) {
  auto client = as(acme);
  client.set_keep_alive(true);
  for (const char* type :
       {"application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=utf-8",
        "multipart/form-data; boundary=x", "multipart/form-data"}) {
    for (const std::size_t length : {10U, 9'000U, 120'000U}) {
      const std::string policy = R"({"id":"cap","name":")" + std::string(length, 'x') + "\"}";
      for (const auto& refused :
           {client.Post("/mcp/policies", policy, type), client.Put("/mcp/policies/cap", policy, type)}) {
        EXPECT_EQ(refusal(refused), 415) << type << ", " << length;
        EXPECT_THAT(refused ? refused->body : "", HasSubstr("application/json"));
      }
    }
  }
  EXPECT_EQ(body(client.Get("/mcp/policies")).size(), 0U);
  EXPECT_EQ(refusal(client.Delete("/mcp/policies", "x=1", "application/x-www-form-urlencoded")), 405);
}

TEST_P(OpsApiRequests, ReachesAPolicyByAnyId) {
  auto client = as(acme);
  for (const auto& [id, segment] : std::initializer_list<std::pair<const char*, const char*>>{
           {"team/web", "team%2Fweb"},
           {"team/app", "team/app"},
           {"/", "%2F"},
           {"50% ?a=b#c+d", "50%25%20%3Fa%3Db%23c%2Bd"},
           {"two\nlines", "two%0Alines"},
           {"größe", "gr%c3%b6%c3%9fe"},
           {"%2F", "%252F"}}) {
    nlohmann::json policy{{"id", id}, {"name", "Cap"}};
    const auto made = client.Post("/mcp/policies", policy.dump(), "application/json");
    ASSERT_EQ(status(made), 201) << id;
    // The client has decoded it.
    EXPECT_EQ(made->get_header_value("Location"), std::string("/mcp/policies/") + id);
    const std::string path = std::string("/mcp/policies/") + segment;
    EXPECT_EQ(body(client.Get(path))["id"], id) << path;
    policy["name"] = "Other";
    EXPECT_EQ(body(client.Put(path, policy.dump(), "application/json"))["name"], "Other") << path;
    EXPECT_EQ(status(client.Delete(path)), 204) << path;
    EXPECT_EQ(refusal(client.Get(path)), 404) << path;
  }
}

TEST_P(OpsApiRequests, AnswersAPutWithThePolicyAsItIsStored) {
  auto client = as(acme);
  const auto made = client.Post("/mcp/policies", R"({"id":"cap","name":"Cap"})", "application/json");
  const auto changed =
      body(client.Put("/mcp/policies/cap", R"({"id":"cap","name":"Other"})", "application/json"));
  EXPECT_EQ(changed["created_at"], body(made)["created_at"]);
  EXPECT_EQ(changed, body(client.Get("/mcp/policies/cap")));
}

TEST_P(OpsApiRequests, StoresARequestThatComesTwiceAtOnceOnce) {
  // SQLite has one writer at a time; on PostgreSQL both are on their way at once.
  if (GetParam() == "postgres") {
    ASSERT_EQ(psql("create function linger() returns trigger language plpgsql as $$ begin "
                   "perform pg_sleep(0.5); return new; end $$; create trigger linger before insert on "
                   "tenon.analyses for each row execute function linger()")
                  .exit_code,
              0);
  }
  std::thread other([this] { EXPECT_EQ(status(check_cost(as(acme))), 200); });
  EXPECT_EQ(status(check_cost(as(acme))), 200);
  other.join();
  EXPECT_EQ(body(as(acme).Get("/mcp/database/info"))["total_analyses"], 1);
}

TEST_P(OpsApiRequests, ReadsKeysWithTheLineEndsOfWindows) {
  stop();
  ASSERT_EQ(shell("{ sed 's/$/\\r/' keys; printf '\\r\\n# the end\\r\\n'; } >windows").exit_code, 0);
  serve("windows");
  EXPECT_EQ(body(as(acme).Get("/api/v1/dashboard"))["tenant"], "acme");
}

TEST_P(OpsApiRequests, ServesNobodyFromAFileWithoutKeys) {
  const std::string hash(64, 'a');
  (void)shell("mkdir folder");
  (void)file("empty", "");
  (void)file("comments", "# none yet\n\n");
  (void)file("blank", hash + " ac me\n");
  (void)file("end", hash + " acme \n");
  (void)file("two", hash + "  acme\n");
  (void)file("control", "# one\n" + hash + " ac\x1bme\n");
  for (const auto& [keys, reason] : std::initializer_list<std::pair<const char*, const char*>>{
           {"folder", "cannot read folder"},
           {"absent", "cannot read absent"},
           {"empty", "there is no key in empty"},
           {"comments", "there is no key in comments"},
           {"blank", "blank:1: "},
           {"end", "end:1: "},
           {"two", "two:1: "},
           {"control", "control:2: "}}) {
    const Outcome refused = shell("timeout 5 " + program() + " serve --port 0 --keys " + keys);
    EXPECT_EQ(refused.exit_code, 1) << keys;
    EXPECT_THAT(refused.err, HasSubstr(reason));
  }
}

TEST_P(OpsApiRequests, MakesNoKeyThatItWouldNotRead) {
  for (const std::string tenant : {"", " ", "ac me", "acme\n", "acme\r", "ac\x1bme", "ac\x7fme", "\xff"}) {
    const Outcome refused = shell(program() + " new-key " + shell_word(tenant));
    EXPECT_EQ(refused.exit_code, 1) << tenant;
    EXPECT_EQ(refused.out, "") << tenant;
  }
}

TEST_P(OpsApiRequests, SaysThatAKeyWasNotPrinted) {
  const Outcome lost = shell(program() + " new-key acme >/dev/full");
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, Not(HasSubstr(" acme\n"))) << "no line for a key that nobody has";
  EXPECT_EQ(shell(program() + " new-key acme 2>/dev/full").exit_code, 1);
}

INSTANTIATE_TEST_SUITE_P(Backends, OpsApiRequests, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
