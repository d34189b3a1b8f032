#ifdef OPS_API

#include <vector>

#include "ops_api_fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

TEST_P(OpsApi, StoresARequestThatComesAgainOnce) {
  EXPECT_EQ(status(check_cost(as(acme))), 200);
  EXPECT_EQ(status(check_cost(as(acme))), 200) << "the client may have lost the first answer";
  EXPECT_EQ(body(as(acme).Get("/mcp/database/info"))["total_analyses"], 1);
}

TEST_P(OpsApi, RefusesAPlanThatIsNone) {
  const auto refused =
      as(acme).Post("/mcp/checkCostImpact",
                    R"({"plan":{"resource_changes":[{"address":"g","type":"aws_security_group",
          "change":{"actions":["create"],"after":{"ingress":[1]}}}]}})",
                    "application/json");
  EXPECT_EQ(refusal(refused), 400);
}

TEST_P(OpsApi, IsNotShakenByDeepNesting) {
  auto client = as(acme);
  const auto plan =
      client.Post("/mcp/checkCostImpact", "{\"plan\":" + nested(45'000) + "}", "application/json");
  EXPECT_EQ(refusal(plan), 400);
  EXPECT_THAT(plan ? plan->body : "", HasSubstr("nested deeper"));
  const auto policy = client.Post(
      "/mcp/policies",
      R"({"id":"x","name":"X","expression":{"field":"a","operator":"==","value":)" + nested(45'000) + "}}",
      "application/json");
  EXPECT_EQ(refusal(policy), 400);
  EXPECT_EQ(body(client.Get("/mcp/policies")).size(), 0U);
  const auto alert = client.Post("/api/v1/incidents",
                                 R"({"labels":{"alertname":"A"},"annotations":)" + nested(45'000) + "}",
                                 "application/json");
  EXPECT_NE(status(alert), -1);
  EXPECT_EQ(status(as("").Get("/healthz")), 200);
}

TEST_P(OpsApi, PassesOverAlertsThatAreResolved) {
  auto client = as(acme);
  const auto over = client.Post(
      "/api/v1/incidents", R"({"version":"4","alerts":[{"status":"resolved","labels":{"alertname":"A"}}]})",
      "application/json");
  EXPECT_EQ(status(over), 200);
  EXPECT_EQ(body(over)["incident_ids"].size(), 0U);
  EXPECT_EQ(body(client.Get("/api/v1/incidents"))["incidents"].size(), 0U);
}

TEST_P(OpsApi, DoesNotBlameTheClientForTheDatabase) {
  if (GetParam() != "postgres") GTEST_SKIP() << "these are PostgreSQL's";
  auto client = as(acme);
  const auto write = [&] {
    return client.Post("/mcp/policies", R"({"id":"cap","name":"Cap"})", "application/json");
  };
  ASSERT_EQ(psql("revoke insert on tenon.policies from tenon_app").exit_code, 0);
  const auto forbidden = write();
  EXPECT_EQ(refusal(forbidden), 500);
  EXPECT_THAT(forbidden->body, Not(HasSubstr("permission")));
  ASSERT_EQ(psql("do $$ begin execute format('alter database %I set default_transaction_read_only = on', "
                 "current_database()); end $$")
                .exit_code,
            0);
  ASSERT_EQ(psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                 "current_database() and pid <> pg_backend_pid()")
                .exit_code,
            0);
  const auto failing_over = write();
  EXPECT_EQ(refusal(failing_over), 503);
  EXPECT_EQ(failing_over->get_header_value("Retry-After"), "1");
  EXPECT_THAT(failing_over->body, Not(HasSubstr("read-only")));
}

TEST_P(OpsApi, AnswersOperatorsWhileEveryOtherRequestWaits) {
  hold_writers();
  std::vector<std::thread> waiting;
  for (int i = 0; i < 12; ++i)
    waiting.emplace_back([this, i] {
      const std::string policy = R"({"name":"Cap","id":"cap-)" + std::to_string(i) + "\"}";
      EXPECT_EQ(refusal(as(acme).Post("/mcp/policies", policy, "application/json")), 503);
    });
  std::this_thread::sleep_for(std::chrono::milliseconds{500});
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(status(as("").Get("/healthz")), 200);
  EXPECT_EQ(status(as("").Get("/ready")), 200);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds{3});
  for (std::thread& client : waiting) client.join();
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds{12});
  release_writers();
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
