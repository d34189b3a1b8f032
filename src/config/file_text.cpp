#include <fstream>
#include <ios>
#include <iterator>

#include <tenon/detail/file_text.hpp>

namespace tenon::detail {

std::optional<std::string> file_text(const std::string& path) {
  try {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) return std::nullopt;
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return text;
  } catch (const std::ios_base::failure&) {  // opening succeeded and reading did not
    return std::nullopt;
  }
}

}  // namespace tenon::detail
