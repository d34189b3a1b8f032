#include "migrate_progress.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include "output.hpp"
#include "settings.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

using Phase = MigrationProgress::Phase;
using std::chrono::steady_clock;

// Whether standard error can wipe a line that it showed.
bool is_capable_terminal() {
  if (isatty(STDERR_FILENO) != 1) return false;
  const char* const kind = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): no other thread yet
  return kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
}

std::string name_of(const MigrationProgress& progress) {
  return std::to_string(progress.version) + "_" + printable(progress.name);
}

std::string way(const MigrationProgress& progress) {
  return progress.direction == MigrationDirection::up ? "Applied " : "Took back ";
}

}  // namespace

MigrateProgress::MigrateProgress(bool quiet) : quiet_(quiet), terminal_(!quiet && is_capable_terminal()) {
  if (terminal_) ticker_ = std::jthread([this](std::stop_token stop) { tick(std::move(stop)); });
}

MigrateProgress::~MigrateProgress() {
  if (ticker_.joinable()) {
    ticker_.request_stop();
    ticker_.join();
  }
  wipe();
}

MigrationObserver MigrateProgress::observer() {
  return [this](const MigrationProgress& progress) { see(progress); };
}

void MigrateProgress::see(const MigrationProgress& progress) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  if (progress.phase == Phase::finished) {
    line_.clear();
    wipe();
    return tell(progress);
  }
  since_ = steady_clock::now() - progress.elapsed;
  line_ = progress.phase == Phase::waiting
              ? "waiting for another migrator"
              : name_of(progress) + (progress.file.empty() ? "" : " (" + printable(progress.file) + ")") +
                    ": statement " + std::to_string(progress.statement) + " of " +
                    std::to_string(progress.statements);
  if (terminal_) paint();
}

// Nobody reads any longer: no reason to leave the migrations half-way. The report at the end fails, too.
void MigrateProgress::tell(const MigrationProgress& progress) {
  if (output_failed_) return;
  output_failed_ = true;
  try {
    write(way(progress) + name_of(progress) + ": " + std::to_string(progress.statements) +
          (progress.statements == 1 ? " statement, " : " statements, ") +
          std::to_string(progress.elapsed.count()) + " ms\n");
    flush_output();
    output_failed_ = false;
  } catch (const OutputClosed&) {
  } catch (const Failure&) {
  }
}

void MigrateProgress::paint() {
  if (line_.empty()) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - since_);
  std::fprintf(stderr, "\r\x1b[K%s, %lld s", line_.c_str(), static_cast<long long>(seconds.count()));
  std::fflush(stderr);
  painted_ = true;
}

void MigrateProgress::wipe() {
  if (!painted_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  painted_ = false;
}

void MigrateProgress::tick(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, std::chrono::seconds{1}, [&] { return stop.stop_requested(); }))
    paint();
}

}  // namespace tenon::cli
