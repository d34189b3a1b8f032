#ifdef OPS_API

#include <chrono>
#include <httplib.h>
#include <regex>
#include <thread>

#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class OpsApi : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (!IsSkipped()) serve();
  }
  void TearDown() override {
    if (!process_.empty())
      (void)shell("kill " + process_ + "; while kill -0 " + process_ + "; do sleep 0.02; done");
    ProgramTest::TearDown();
  }

  // A client that comes as the tenant of this key.
  [[nodiscard]] httplib::Client as(const std::string& key) const {
    httplib::Client client("127.0.0.1", port_);
    if (!key.empty()) client.set_bearer_token_auth(key);
    client.set_read_timeout(20);
    return client;
  }
  static nlohmann::json body(const httplib::Result& result) {
    return result ? nlohmann::json::parse(result->body, nullptr, false) : nlohmann::json();
  }
  static int status(const httplib::Result& result) { return result ? result->status : -1; }
  static std::string data(const std::string& name) { return file_text(std::string(EXAMPLES) + "/" + name); }
  // The status, and that the error is said in JSON.
  static int refusal(const httplib::Result& result) {
    EXPECT_TRUE(body(result).contains("error")) << (result ? result->body : "no answer");
    return status(result);
  }
  httplib::Result check_cost(httplib::Client client) const {
    return client.Post("/mcp/checkCostImpact",
                       R"({"infracost":)" + data("cost_guard/data/infracost.json") + "}",
                       "application/json");
  }
  httplib::Result send_webhook(httplib::Client client) const {
    return client.Post("/api/v1/incidents", data("incident_pipeline/data/webhook.json"),
                       "application/json");
  }

  std::string acme;
  std::string globex;
  int port_ = 0;

 private:
  void serve() {
    const std::string program = shell_word(OPS_API);
    acme = shell(program + " new-key acme 2>>keys").out;
    globex = shell(program + " new-key globex 2>>keys").out;
    acme.pop_back();
    globex.pop_back();
    process_ = shell(program + " serve --keys keys --port 0 --max-body 100000 >log 2>&1 & echo $!").out;
    process_.pop_back();
    static const std::regex listening("listening on http://127.0.0.1:(\\d+)");
    for (int tries = 0; tries < 500 && port_ == 0; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      const std::string log = shell("cat log").out;
      if (std::smatch found; std::regex_search(log, found, listening)) port_ = std::stoi(found[1]);
    }
    ASSERT_GT(port_, 0) << shell("cat log").out;
  }

  std::string process_;
};

TEST_P(OpsApi, TellsOperatorsHowItIsWithoutAKey) {
  EXPECT_EQ(status(as("").Get("/healthz")), 200);
  EXPECT_EQ(body(as("").Get("/ready"))["ready"], true);
  EXPECT_EQ(body(as("").Get("/health"))["available"], true);
  const auto metrics = as("").Get("/metrics");
  ASSERT_EQ(status(metrics), 200);
  EXPECT_THAT(metrics->body, AllOf(HasSubstr("tenon_db_pool_size"), Not(HasSubstr("acme"))));
}

TEST_P(OpsApi, KeepsPoliciesOfATenant) {
  auto client = as(acme);
  const auto made =
      client.Post("/mcp/policies", R"({"id":"cap","name":"Cap","budget":500})", "application/json");
  ASSERT_EQ(status(made), 201);
  EXPECT_EQ(made->get_header_value("Location"), "/mcp/policies/cap");
  EXPECT_EQ(refusal(client.Post("/mcp/policies", R"({"id":"cap","name":"Cap"})", "application/json")), 409);
  EXPECT_EQ(body(client.Get("/mcp/policies")).size(), 1U);

  auto policy = body(client.Get("/mcp/policies/cap"));
  policy["budget"] = 900;
  EXPECT_EQ(body(client.Put("/mcp/policies/cap", policy.dump(), "application/json"))["version"], 2);
  EXPECT_EQ(refusal(client.Put("/mcp/policies/cap", policy.dump(), "application/json")), 409)
      << "somebody else changed it meanwhile";
  EXPECT_EQ(status(client.Delete("/mcp/policies/cap")), 204);
  EXPECT_EQ(refusal(client.Get("/mcp/policies/cap")), 404);
  EXPECT_EQ(refusal(client.Delete("/mcp/policies/cap")), 404);
}

TEST_P(OpsApi, JudgesACostImpactAndCountsIt) {
  auto client = as(acme);
  (void)client.Post("/mcp/policies", R"({"id":"cap","name":"Cap","budget":500,"on_violation":"block"})",
                    "application/json");
  const auto verdicts = body(check_cost(as(acme)));
  ASSERT_EQ(verdicts.size(), 1U) << verdicts;
  EXPECT_EQ(verdicts[0]["policy_status"], "block");
  EXPECT_EQ(verdicts[0]["violations"][0]["reason"], "634.00 a month is over the budget of 500.00");
  const auto info = body(client.Get("/mcp/database/info"));
  EXPECT_EQ(info["enabled"], true);
  EXPECT_EQ(info["total_analyses"], 1);
  EXPECT_EQ(info["average_monthly_cost"], 634.0);
  EXPECT_EQ(info["blocked_count"], 1);
}

TEST_P(OpsApi, TakesWebhooksInAndListsIncidentsPageByPage) {
  auto client = as(acme);
  const auto taken = send_webhook(as(acme));
  ASSERT_EQ(status(taken), 201);
  ASSERT_EQ(body(taken)["incident_ids"].size(), 3U);
  const std::string id = body(taken)["incident_ids"][0];
  const auto page = body(client.Get("/api/v1/incidents?status=pending&limit=2"));
  ASSERT_EQ(page["incidents"].size(), 2U);
  const auto rest = body(
      client.Get("/api/v1/incidents?status=pending&limit=2&cursor=" + page["next"].get<std::string>()));
  EXPECT_EQ(rest["incidents"].size(), 1U);
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(body(client.Get("/api/v1/incidents?severity=warning"))["incidents"].size(), 1U);
  EXPECT_EQ(body(client.Get("/api/v1/incidents/" + id))["alert_input"]["labels"]["alertname"],
            "HighLatency");
  EXPECT_EQ(status(client.Delete("/api/v1/incidents/" + id)), 204);
  EXPECT_EQ(refusal(client.Get("/api/v1/incidents/" + id)), 404);
}

TEST_P(OpsApi, KeepsTenantsApart) {
  (void)as(acme).Post("/mcp/policies", R"({"id":"cap","name":"Cap"})", "application/json");
  const auto taken = send_webhook(as(acme));
  auto stranger = as(globex);
  EXPECT_EQ(body(stranger.Get("/mcp/policies")).size(), 0U);
  EXPECT_EQ(refusal(stranger.Get("/mcp/policies/cap")), 404);
  const std::string id = body(taken)["incident_ids"][0];
  EXPECT_EQ(refusal(stranger.Get("/api/v1/incidents/" + id)), 404);
  EXPECT_EQ(refusal(stranger.Delete("/api/v1/incidents/" + id)), 404);
  const auto page = body(as(acme).Get("/api/v1/incidents?limit=1"));
  EXPECT_EQ(refusal(stranger.Get("/api/v1/incidents?limit=1&cursor=" + page["next"].get<std::string>())),
            400)
      << "a cursor of another tenant";
}

TEST_P(OpsApi, RefusesWhatItCannotServe) {
  auto client = as(acme);
  EXPECT_EQ(refusal(as("").Get("/mcp/policies")), 401);
  EXPECT_EQ(refusal(as("ops_wrong").Get("/api/v1/incidents")), 401);
  EXPECT_EQ(refusal(client.Post("/mcp/checkCostImpact", "{", "application/json")), 400);
  EXPECT_EQ(refusal(client.Post("/mcp/checkCostImpact", "{}", "application/json")), 400);
  EXPECT_EQ(refusal(client.Post("/api/v1/incidents", R"({"alerts":[{}]})", "application/json")), 400);
  EXPECT_EQ(
      refusal(client.Post("/mcp/policies", R"({"id":"x","name":"X","budget":-1})", "application/json")),
      400);
  EXPECT_EQ(refusal(client.Get("/api/v1/incidents?status=open")), 400);
  EXPECT_EQ(refusal(client.Get("/api/v1/incidents?limit=0")), 400);
  EXPECT_EQ(refusal(client.Get("/api/v1/incidents/7")), 400);
  EXPECT_EQ(refusal(client.Get("/nothing")), 404);
  EXPECT_EQ(refusal(client.Post("/api/v1/incidents", std::string(100'001, ' '), "application/json")), 413);
  const auto wrong = client.Delete("/mcp/policies");
  EXPECT_EQ(refusal(wrong), 405);
  EXPECT_EQ(wrong->get_header_value("Allow"), "GET, POST");
}

TEST_P(OpsApi, ShowsItsFiguresInABrowser) {
  if (shell("command -v chromium").exit_code != 0) GTEST_SKIP() << "chromium is not installed";
  (void)check_cost(as(acme));
  (void)send_webhook(as(acme));
  const std::string page = "http://127.0.0.1:" + std::to_string(port_) + "/#key=";
  const auto dump = [&](const std::string& key) {
    return shell(
               "timeout 60 chromium --headless=new --no-sandbox --disable-gpu --user-data-dir=browser"
               " --virtual-time-budget=5000 --dump-dom " +
               shell_word(page + key))
        .out;
  };
  EXPECT_THAT(dump(acme),
              AllOf(HasSubstr("of acme"), HasSubstr(R"(data-gauge="capacity")"), HasSubstr("634.00"),
                    HasSubstr("production"), HasSubstr("0 of 1 analyses were blocked"),
                    HasSubstr("2026-11-20: 634.00"), HasSubstr("pending"), Not(HasSubstr(acme))));
  EXPECT_THAT(dump("ops_wrong"), HasSubstr("send a known API key"));
}

INSTANTIATE_TEST_SUITE_P(Backends, OpsApi, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
