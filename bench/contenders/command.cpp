#include "command.hpp"

#include <array>
#include <cstdio>
#include <memory>

namespace tenon_bench {
namespace {

struct Close {
  void operator()(std::FILE* pipe) const noexcept { pclose(pipe); }
};

}  // namespace

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, Close> pipe(popen(("{ " + command + "; } 2>&1").c_str(), "r"));
  if (!pipe) return {};
  std::string output;
  std::array<char, 4096> some;
  while (const std::size_t size = std::fread(some.data(), 1, some.size(), pipe.get()))
    output.append(some.data(), size);
  return output;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace tenon_bench
