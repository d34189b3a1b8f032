#include "child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <string_view>
#include <thread>

#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include <tenon/error.hpp>

#include "socket_wait.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the program

namespace tenon::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds look{100};
constexpr milliseconds look_for_end{5};
constexpr milliseconds patience{3'000};  // with a program that was asked to end
constexpr std::size_t most_errors = 4'096;

[[noreturn]] void fail(const std::string& program, int error) {
  const bool missing = error != EAGAIN && error != ENOMEM && error != EMFILE && error != ENFILE;
  throw Error(
      missing ? Error::Kind::unsupported : Error::Kind::limit_exceeded,
      "backup: " + program + " cannot be started: " + std::generic_category().message(error) +
          (missing ? "; install PostgreSQL's client programs, or name it in BackupOptions::pg_dump" : ""));
}

struct FileActions {
  FileActions() { posix_spawn_file_actions_init(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
  posix_spawn_file_actions_t actions{};
};

struct Attributes {
  Attributes() { posix_spawnattr_init(&attributes); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes); }
  posix_spawnattr_t attributes{};
};

// A host may block or ignore signals; the program must not inherit that.
void reset_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&usual, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& own) {
  std::vector<std::string> all = own;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced = std::ranges::any_of(
        own, [&](std::string_view mine) { return mine.substr(0, mine.find('=')) == name; });
    if (!replaced) all.emplace_back(text);
  }
  return all;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::vector<std::string>& environment) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(command.front(), errno);
  errors_ = UniqueDescriptor(ends[0]);
  const UniqueDescriptor written(ends[1]);

  FileActions files;
  posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files.actions, written.get(), STDERR_FILENO);
  Attributes settings;
  reset_signals(settings.attributes);
  std::vector<std::string> arguments = command;
  std::vector<std::string> variables = merged_environment(environment);
  const int failed = ::posix_spawnp(&child_, command.front().c_str(), &files.actions, &settings.attributes,
                                    pointers(arguments).data(), pointers(variables).data());
  if (failed != 0) {
    child_ = -1;
    fail(command.front(), failed);
  }
}

ChildProcess::~ChildProcess() {
  end();
}

bool ChildProcess::has_ended(int& status) {
  pid_t ended = 0;
  do {
    ended = ::waitpid(child_, &status, WNOHANG);
  } while (ended < 0 && errno == EINTR);
  if (ended == 0) return false;
  child_ = -1;
  if (ended > 0) return true;
  throw Error(Error::Kind::unsupported,
              "backup: the host takes the ends of its child processes away (it ignores SIGCHLD, or waits "
              "for any of them), so that it cannot be told whether the program did its work");
}

void ChildProcess::end() noexcept {
  if (child_ < 0) return;
  try {
    int status = 0;
    if (has_ended(status)) return;
    ::kill(child_, SIGTERM);
    for (const auto until = steady_clock::now() + patience; steady_clock::now() < until;
         std::this_thread::sleep_for(look_for_end))
      if (has_ended(status)) return;
  } catch (const Error&) {
    return;
  }
  ::kill(child_, SIGKILL);
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
}

bool ChildProcess::read_errors(backend::Deadline until, std::string& errors) {
  if (wait_socket(errors_.get(), true, false, until) != Wait::ready) return false;
  std::array<char, 1'024> part{};
  const ssize_t got = ::read(errors_.get(), part.data(), part.size());
  if (got > 0)
    errors.append(part.data(), std::min(static_cast<std::size_t>(got), most_errors - errors.size()));
  return got > 0;
}

// Its end is what counts, not that of its standard error: a child of its own, or a process that was forked
// from this one in a bad moment, may have that open for longer.
ChildProcess::End ChildProcess::wait(tenon::detail::FunctionRef<void()> go_on) {
  End result;
  int status = 0;
  for (;;) {
    go_on();
    const bool wrote = read_errors(steady_clock::now() + look, result.errors);
    if (wrote) continue;
    if (has_ended(status)) break;
    std::this_thread::sleep_for(look_for_end);
  }
  while (read_errors(steady_clock::now(), result.errors)) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return result;
}

}  // namespace tenon::postgres
