#include <cerrno>
#include <fcntl.h>

#include <system_error>
#include <unistd.h>

#include <tenon/detail/owner_only_file.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {

void make_owner_only_file(const std::string& path, std::string_view subject) {
  constexpr mode_t owner_only = 0600;
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (file < 0) {
    throw Error(Error::Kind::unavailable,
                std::string(subject) + ": the file " + path +
                    " cannot be made: " + std::generic_category().message(errno),
                {.sqlstate = "58030", .statement = {}, .constraint = {}, .hint = {}});
  }
  ::close(file);
}

}  // namespace tenon::detail
