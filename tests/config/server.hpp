#pragma once

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/config.hpp>
#include <tenon/database.hpp>
#include <tenon/error.hpp>

#include "../support/environment.hpp"
#include "../support/server_sql.hpp"

namespace tenon::test {

/// A test against the server of `with_postgres.sh --tls`.
class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("TENON_TEST_POSTGRES_TLS") == nullptr)
      GTEST_SKIP() << "run it under tests/support/with_postgres.sh --tls";
  }

  static std::string directory() { return variable("TENON_TEST_POSTGRES_TLS"); }
  static std::string port() {
    const std::string url = variable("TENON_TEST_POSTGRES_TCP_URL");
    const std::size_t colon = url.rfind(':');
    return url.substr(colon + 1, url.rfind('/') - colon - 1);
  }

  /// Runs SQL as the superuser; the first value it gives.
  static std::string admin(const std::string& sql) {
    return ServerConnection(variable("TENON_TEST_POSTGRES_URL")).run(sql).value_or("");
  }
  static std::string quoted(const std::string& text) {
    std::string sql = "'";
    for (const char c : text) sql += c == '\'' ? std::string("''") : std::string(1, c);
    return sql + "'";
  }

  /// What opening says; empty when it opens.
  static std::string failure(const Config& config) {
    try {
      Database::open(config).close();
      return {};
    } catch (const Error& error) {
      return error.what();
    }
  }
};

}  // namespace tenon::test
