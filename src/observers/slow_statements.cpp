#include <array>
#include <cstdio>
#include <deque>
#include <mutex>
#include <ostream>
#include <utility>

#include <tenon/observers/slow_statements.hpp>

namespace tenon {
namespace {

// Quoted where logfmt needs it.
std::string value(std::string_view text) {
  if (!text.empty() && text.find_first_of(" =\"\\\n\r\t") == std::string_view::npos)
    return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, numbers...);
  return text.data();
}

constinit thread_local bool telling_here = false;

constexpr std::size_t most_waiting = 1'000;  // lines

// For as long as this thread calls a sink, which may use a database: what it does there is not told.
class Telling {
 public:
  Telling() noexcept { telling_here = true; }
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;
  ~Telling() { telling_here = false; }
};

}  // namespace

struct SlowStatementLog::State {
  // The sink is called outside the lock: it may wait for a connection that a thread holds which has a line.
  void tell(std::string line);

  std::chrono::milliseconds threshold;
  Sink sink;
  std::mutex mutex;
  std::deque<std::string> lines;
  bool telling = false;  // some thread hands the lines over
};

void SlowStatementLog::State::tell(std::string line) {
  std::unique_lock lock(mutex);
  if (lines.size() < most_waiting) lines.push_back(std::move(line));
  if (std::exchange(telling, true)) return;
  while (!lines.empty()) {
    const std::string next = std::move(lines.front());
    lines.pop_front();
    lock.unlock();
    try {
      const Telling here;
      sink(next);
    } catch (...) {  // as whoever called us would
    }
    lock.lock();
  }
  telling = false;
}

SlowStatementLog::SlowStatementLog(std::chrono::milliseconds threshold, Sink sink)
    : state_(std::make_unique<State>()) {
  state_->threshold = threshold;
  state_->sink = std::move(sink);
}

SlowStatementLog::SlowStatementLog(std::chrono::milliseconds threshold, std::ostream& out)
    : SlowStatementLog(threshold, [&out](std::string_view line) { out << line << '\n'
                                                                      << std::flush; }) {}

SlowStatementLog::~SlowStatementLog() = default;

void SlowStatementLog::statement(const StatementEvent& event) {
  if (event.duration < state_->threshold || telling_here) return;
  state_->tell("slow " + to_logfmt(event));
}

std::string to_logfmt(const StatementEvent& event) {
  const double ms = std::chrono::duration<double, std::milli>(event.duration).count();
  std::string line = "statement=" + value(event.name) + formatted(" duration_ms=%.3f", ms) +
                     " rows=" + std::to_string(event.rows) +
                     " round_trips=" + std::to_string(event.round_trips) +
                     " outcome=" + value(event.outcome());
  if (event.error != nullptr && !event.error->sqlstate().empty())
    line += " sqlstate=" + value(event.error->sqlstate());
  if (event.batch > 0) line += " batch=" + std::to_string(event.batch);
  if (event.in_transaction) line += " in_transaction=true";
  if (event.tenant_hash)
    line += formatted(" tenant=%016llx", static_cast<unsigned long long>(*event.tenant_hash));
  return line + " db=" + value(event.database.name);
}

}  // namespace tenon
