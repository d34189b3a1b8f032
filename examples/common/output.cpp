#include "output.hpp"

#include <stdexcept>

namespace common {

void flush_output(std::ostream& out) {
  if (!out.flush()) throw std::runtime_error("cannot write the output");
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    const auto next = static_cast<unsigned char>(text.size() > 1 ? text[1] : 0);
    // U+0080 to U+009F, which terminals obey as well, are two bytes.
    const bool high = c == 0xC2 && next >= 0x80 && next <= 0x9F;
    shown += high || c < 0x20 || c == 0x7F ? '?' : text[0];
    text.remove_prefix(high ? 2 : 1);
  }
  return shown;
}

}  // namespace common
