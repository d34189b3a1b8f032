#include "output.hpp"

#include <cerrno>
#include <cstdio>

#include <system_error>

#include "settings.hpp"

namespace tenon::cli {
namespace {

[[noreturn]] void refuse_output(int error) {
  if (error == EPIPE) throw OutputClosed{};
  throw Failure("cannot write the output: " + std::generic_category().message(error));
}

}  // namespace

void write(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) refuse_output(errno);
}

void flush_output() {
  errno = 0;
  if (std::fflush(stdout) != 0) refuse_output(errno);
}

}  // namespace tenon::cli
