#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sstream>

#include <tenon/observers/slow_statements.hpp>

#include "events.hpp"

namespace tenon::test {
namespace {

TEST(SlowStatementLog, WarnsThroughSpdlog) {
  std::ostringstream out;
  const auto logger =
      std::make_shared<spdlog::logger>("tenon", std::make_shared<spdlog::sinks::ostream_sink_st>(out));
  logger->set_pattern("%l %v");
  SlowStatementLog log(std::chrono::milliseconds{1}, SlowStatementLog::warn_through(logger));
  log.statement(event("policies.{}"));
  EXPECT_THAT(out.str(), testing::StartsWith("warning slow statement=policies.{} duration_ms=12.500"));
}

}  // namespace
}  // namespace tenon::test
