#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/function_ref.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// A program that runs beside this one, with nothing to read, its output thrown away and its messages kept.
/// It gets none of this process's other files. One that still runs when this goes is ended.
///
/// Thread safety: none.
class ChildProcess {
 public:
  struct End {
    int exit_code = 0;   ///< below zero: a signal ended it
    std::string errors;  ///< the beginning of what it wrote to standard error
  };

  /// `command`: the program, by its path or as PATH has it, and its arguments; `environment`: what it gets
  /// ("NAME=value") in place of this process's variables of these names. Throws `Error`: unsupported where
  /// there is no such program, limit_exceeded.
  ChildProcess(const std::vector<std::string>& command, const std::vector<std::string>& environment);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// Waits for its end. Asks `go_on` several times a second; what that throws ends the program. Once only.
  [[nodiscard]] End wait(tenon::detail::FunctionRef<void()> go_on);

 private:
  // Whether there was some to be read until then.
  [[nodiscard]] bool read_errors(backend::Deadline until, std::string& errors);
  // Its status as waitpid(2) gives it, when it has ended.
  [[nodiscard]] bool has_ended(int& status);
  void end() noexcept;

  pid_t child_ = -1;  // below zero: gone
  UniqueDescriptor errors_{-1};
};

}  // namespace tenon::postgres
