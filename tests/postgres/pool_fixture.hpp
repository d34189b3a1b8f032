#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "fixture.hpp"

namespace tenon::postgres::testing {

/// Engines with small pools, whose connections the server tells from the test's own.
class PoolOnServer : public PostgresTest {
 protected:
  [[nodiscard]] Config pooled(std::size_t size, std::size_t overflow) const {
    Config pooled = config();
    pooled.url += "&application_name=under_test";
    pooled.pool.size = size;
    pooled.pool.max_overflow = overflow;
    pooled.pool.backoff_min = std::chrono::milliseconds(50);
    return pooled;
  }
  [[nodiscard]] int server_connections() {
    return std::stoi(admin_value(
        "select count(*) from pg_stat_activity where application_name = 'under_test' and datname = "
        "current_database()"));
  }
  template <class Condition>
  [[nodiscard]] static bool becomes(Condition condition) {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
         std::chrono::steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  void SetUp() override {
    PostgresTest::SetUp();
    if (!IsSkipped()) engine_->close();  // so that only a test's own connections are seen
  }

  static void sleep(backend::Engine& engine, double duration) {
    static const Sql sql("sleep", "SELECT pg_sleep($1)::text", {Type::float64}, {Type::text});
    rows(engine, "acme", sql, {Value::real(duration)});
  }
  static std::string pid(backend::Engine& engine) {
    static const Sql sql("pid", "SELECT pg_backend_pid()", {}, {Type::int32});
    return rows(engine, "acme", sql)[0][0];
  }
};

}  // namespace tenon::postgres::testing
