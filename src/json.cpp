#include <vector>

#include <tenon/detail/utf8.hpp>
#include <tenon/json.hpp>

#include "json_syntax.hpp"

namespace tenon {
namespace {

// A scanner for RFC 8259's grammar that keeps one bit per open bracket instead of recursing.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // What was not taken; after a failure it begins where the text is no longer JSON.
  [[nodiscard]] std::string_view rest() const { return rest_; }

  bool document() {
    bool value_expected = true;
    for (;;) {
      skip_space();
      if (value_expected) {
        if (rest_.empty()) return false;
        if (eat('{')) {
          open_objects_.push_back(true);
          skip_space();
          if (!eat('}')) {
            if (!key()) return false;
            continue;
          }
          open_objects_.pop_back();
        } else if (eat('[')) {
          open_objects_.push_back(false);
          skip_space();
          if (!eat(']')) continue;
          open_objects_.pop_back();
        } else if (!scalar()) {
          return false;
        }
        value_expected = false;
        continue;
      }
      if (open_objects_.empty()) return rest_.empty();
      if (eat(',')) {
        skip_space();
        if (open_objects_.back() && !key()) return false;
        value_expected = true;
      } else if (eat(open_objects_.back() ? '}' : ']')) {
        open_objects_.pop_back();
      } else {
        return false;
      }
    }
  }

 private:
  bool eat(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool eat(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\n' ||
                              rest_.front() == '\r'))
      rest_.remove_prefix(1);
  }
  bool key() {
    if (!eat('"') || !string_tail()) return false;
    skip_space();
    return eat(':');
  }
  bool scalar() {
    if (eat('"')) return string_tail();
    return eat("true") || eat("false") || eat("null") || number();
  }
  bool digits() {
    if (!digit()) return false;
    while (digit()) rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  bool number() {
    (void)eat('-');
    if (!eat('0') && !digits()) return false;
    if (eat('.') && !digits()) return false;
    if (eat('e') || eat('E')) {
      if (!eat('+')) (void)eat('-');
      return digits();
    }
    return true;
  }
  bool string_tail() {
    while (!rest_.empty()) {
      const auto c = static_cast<unsigned char>(rest_.front());
      if (c == '"') return eat('"');
      if (c < 0x20) return false;
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x80) {
        rest_.remove_prefix(1);
      } else {
        const std::size_t length = detail::utf8_sequence_length(rest_);
        if (length == 0) return false;
        rest_.remove_prefix(length);
      }
    }
    return false;
  }
  bool escape() {
    rest_.remove_prefix(1);
    if (!eat('u')) {
      if (rest_.empty() || std::string_view("\"\\/bfnrt").find(rest_.front()) == std::string_view::npos)
        return false;
      rest_.remove_prefix(1);
      return true;
    }
    if (rest_.size() < 4 ||
        rest_.substr(0, 4).find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
      return false;
    rest_.remove_prefix(4);
    return true;
  }

  std::string_view rest_;
  std::vector<bool> open_objects_;
};

}  // namespace

std::optional<std::size_t> detail::find_json_error(std::string_view text) {
  Scanner scanner(text);
  if (scanner.document()) return std::nullopt;
  return text.size() - scanner.rest().size();
}

bool is_json(std::string_view text) {
  return !detail::find_json_error(text);
}

}  // namespace tenon
