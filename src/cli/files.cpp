#include "files.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include <system_error>

#include "settings.hpp"

namespace tenon::cli {
namespace {

std::string read_all(std::FILE* file, const std::string& path) {
  std::string text;
  std::array<char, 65536> chunk;
  errno = 0;
  for (std::size_t got = 0; (got = std::fread(chunk.data(), 1, chunk.size(), file)) > 0;)
    text.append(chunk.data(), got);
  if (std::ferror(file) != 0)
    throw Failure("cannot read " + display_name(path) + ": " + std::generic_category().message(errno));
  return text;
}

}  // namespace

std::string display_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

std::string read_file(const std::string& path) {
  if (path == "-") return read_all(stdin, path);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file)
    throw Failure("cannot open " + path + ": " + std::generic_category().message(errno) +
                  "; check the path");
  return read_all(file.get(), path);
}

}  // namespace tenon::cli
