#include <bit>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/endian/conversion.hpp>

#include <tenon/detail/utf8.hpp>
#include <tenon/json.hpp>

#include "json_syntax.hpp"

namespace tenon {
namespace {

// How many of eight bytes, from the first, are ASCII and neither end nor escape a JSON string nor are
// control characters. The lowest bit that is set is exact; those above it may be wrong (Hacker's Delight,
// 6-1).
unsigned plain_in_string(const char* bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t high = 0x8080808080808080ULL;
  const std::uint64_t word = boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(bytes));
  const auto below = [&](std::uint64_t w, std::uint64_t least) { return (w - ones * least) & ~w & high; };
  const std::uint64_t special =
      (word & high) | below(word, 0x20) | below(word ^ (ones * '"'), 1) | below(word ^ (ones * '\\'), 1);
  return static_cast<unsigned>(std::countr_zero(special)) / 8;
}

// A scanner for RFC 8259's grammar that keeps one byte per open bracket instead of recursing.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  // What was not taken; after a failure it begins where the text is no longer JSON.
  [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

  bool document() {
    for (;;) {
      skip_space();
      if (!value()) return false;
      if (!opened_ && !close_completed()) return false;
      if (open_.empty()) return at_ == end_;
      opened_ = false;
    }
  }

 private:
  // A scalar or an empty container; of another container its beginning, up to the first value.
  bool value() {
    if (eat('{')) return container('}');
    if (eat('[')) return container(']');
    return scalar();
  }
  bool container(char closing) {
    skip_space();
    if (eat(closing)) return true;
    open_ += closing;
    opened_ = true;
    return closing == ']' || key();
  }
  // Behind a value: closes every container that it completes, up to the next value.
  bool close_completed() {
    for (;;) {
      skip_space();
      if (open_.empty()) return true;
      if (eat(',')) {
        skip_space();
        return open_.back() == ']' || key();
      }
      if (!eat(open_.back())) return false;
      open_.pop_back();
    }
  }
  bool eat(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool eat(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    if (at_ == end_ || static_cast<unsigned char>(*at_) > ' ') return;
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
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
    const char* at = at_;
    while (at != end_ && *at >= '0' && *at <= '9') ++at;
    return std::exchange(at_, at) != at;
  }
  bool number() {
    (void)eat('-');
    if (!eat('0') && !digits()) return false;
    if (eat('.') && !digits()) return false;
    if (!eat('e') && !eat('E')) return true;
    if (!eat('+')) (void)eat('-');
    return digits();
  }
  bool string_tail() {
    for (;;) {
      skip_plain();
      if (at_ == end_) return false;
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') return eat('"');
      if (c < 0x20) return false;
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x80) {
        ++at_;
      } else {
        const std::size_t length = detail::utf8_sequence_length(rest());
        if (length == 0) return false;
        at_ += length;
      }
    }
  }
  // Eight bytes at a time, as long as there are eight.
  void skip_plain() {
    const char* at = at_;
    unsigned plain = 8;
    while (plain == 8 && end_ - at >= 8) {
      plain = plain_in_string(at);
      at += plain;
    }
    at_ = at;
  }
  bool escape() {
    ++at_;
    if (!eat('u')) {
      if (at_ == end_ || std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos) return false;
      ++at_;
      return true;
    }
    const std::string_view code = rest().substr(0, 4);
    if (code.size() < 4 || code.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
      return false;
    at_ += 4;
    return true;
  }

  const char* at_;
  const char* end_;
  std::string open_;     // the brackets that will close what is open
  bool opened_ = false;  // the innermost has just been opened: its first value follows
};

}  // namespace

std::optional<std::size_t> detail::find_json_error(std::string_view text) {
  Scanner scanner(text);
  if (scanner.document()) return std::nullopt;
  return text.size() - scanner.rest().size();
}

Json::Json(const Json& other) : text_(other.text_), unchecked_(other.unchecked_) {}

// What is left of `other` is no JSON.
Json::Json(Json&& other) noexcept
    : text_(std::move(other.text_)),
      unchecked_(std::exchange(other.unchecked_, false)),
      parsed_(other.parsed_.exchange(nullptr, std::memory_order_acq_rel)) {}

Json& Json::operator=(const Json& other) {
  if (this != &other) {
    assign(other.text_);
    unchecked_ = other.unchecked_;
  }
  return *this;
}

Json& Json::operator=(Json&& other) noexcept {
  text_ = std::move(other.text_);
  unchecked_ = std::exchange(other.unchecked_, false);
  reset(other.parsed_.exchange(nullptr, std::memory_order_acq_rel));
  return *this;
}

void Json::reset(const detail::ParsedJson* next) noexcept {
  if (next == nullptr && parsed_.load(std::memory_order_acquire) == nullptr) return;
  delete parsed_.exchange(next, std::memory_order_acq_rel);
}

bool is_json(std::string_view text) {
  return !detail::find_json_error(text);
}

}  // namespace tenon
