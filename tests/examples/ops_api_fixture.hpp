#pragma once

#include <chrono>
#include <httplib.h>
#include <regex>
#include <thread>

#ifdef TENON_HAS_SQLITE
#include <sqlite3.h>
#endif

#include "fixture.hpp"

// A service for acme and globex, each with a key.
class OpsApi : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    acme = new_key("acme");
    globex = new_key("globex");
    serve("keys");
  }
  void TearDown() override {
    stop();
    ProgramTest::TearDown();
  }

  // Starts the service with this file of keys.
  void serve(const std::string& keys) {
    process_ = shell(program() + " serve --keys " + keys + " --port 0 --max-body 100000 >" + keys +
                     ".log 2>&1 & echo $!")
                   .out;
    process_.pop_back();
    static const std::regex listening("listening on http://127.0.0.1:(\\d+)");
    port_ = 0;
    for (int tries = 0; tries < 500 && port_ == 0; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
      const std::string log = shell("cat " + keys + ".log").out;
      if (std::smatch found; std::regex_search(log, found, listening)) port_ = std::stoi(found[1]);
    }
    ASSERT_GT(port_, 0) << shell("cat " + keys + ".log").out;
  }
  void stop() {
    if (!process_.empty())
      (void)shell("kill " + process_ + "; while kill -0 " + process_ + "; do sleep 0.02; done");
    process_.clear();
  }
  [[nodiscard]] static std::string program() { return shell_word(OPS_API); }

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

  static std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  }
  [[nodiscard]] Outcome psql(const std::string& sql) const {
    return shell("psql -q \"$DATABASE_URL\" -c " + shell_word(sql));
  }
  // From now on until the test's end nobody can write a policy.
  void hold_writers() {
    if (GetParam() == "postgres") {
      (void)shell(
          "psql \"$DATABASE_URL\" -c 'begin; lock table tenon.policies; select pg_sleep(60)' "
          ">/dev/null 2>&1 & echo");
      std::this_thread::sleep_for(std::chrono::seconds{1});
      return;
    }
#ifdef TENON_HAS_SQLITE
    std::string path = shell("pwd").out;
    path.replace(path.size() - 1, 1, "/test.db");
    ASSERT_EQ(sqlite3_open(path.c_str(), &holder_), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(holder_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
#endif
  }
  void release_writers() {
#ifdef TENON_HAS_SQLITE
    sqlite3_close(holder_);
    holder_ = nullptr;
#endif
  }

  std::string acme;
  std::string globex;
  int port_ = 0;

 private:
  // Its line is in the file "keys" from now on.
  [[nodiscard]] std::string new_key(const std::string& tenant) const {
    std::string key = shell(program() + " new-key " + tenant + " 2>>keys").out;
    key.pop_back();
    return key;
  }

  std::string process_;
#ifdef TENON_HAS_SQLITE
  sqlite3* holder_ = nullptr;
#endif
};
