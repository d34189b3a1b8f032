#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include <tenon/export.hpp>
#include <tenon/observer.hpp>

namespace tenon {

/// Reports statements that took at least as long as a threshold, one line each in logfmt:
/// `slow statement=analyses.find duration_ms=312.406 rows=50 round_trips=1 outcome=ok db=ops`
/// with `tenant=…` when Config::tenant_hash_key is set, and `sqlstate=…` where there is one.
///
/// Thread safety: as Observer. Lines are handed over one at a time, on the thread of one of the statements;
/// while a sink is slower than they come, 1,000 wait for it and further ones are left out.
class TENON_API SlowStatementLog final : public Observer {
 public:
  /// Receives a line without its end. It may use a database, also one that the log observes; statements of
  /// its own are not reported.
  using Sink = std::function<void(std::string_view line)>;

  SlowStatementLog(std::chrono::milliseconds threshold, Sink sink);
  /// The stream must outlive the observer and everything that uses it.
  SlowStatementLog(std::chrono::milliseconds threshold, std::ostream& out);
  ~SlowStatementLog() override;

  void statement(const StatementEvent& event) override;

  /// A sink that warns through a logger of spdlog, or of anything with `warn(format, text)`.
  template <class Logger>
  [[nodiscard]] static Sink warn_through(std::shared_ptr<Logger> logger) {
    return [logger = std::move(logger)](std::string_view line) { logger->warn("{}", line); };
  }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An event as SlowStatementLog writes it, without the word before `statement=`.
[[nodiscard]] TENON_API std::string to_logfmt(const StatementEvent& event);

}  // namespace tenon
