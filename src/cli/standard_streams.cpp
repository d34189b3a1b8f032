#include "standard_streams.hpp"

#include <cerrno>
#include <fcntl.h>

#include <unistd.h>

namespace tenon::cli {

bool occupy_closed_streams() noexcept {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number, which is this one; open against its direction.
    const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != stream) return false;
  }
  return true;
}

}  // namespace tenon::cli
