#include <algorithm>
#include <charconv>
#include <utility>

#include <tenon/decimal.hpp>
#include <tenon/error.hpp>

namespace tenon {
namespace {

constexpr std::size_t max_digits = 1000;

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_trailing_zeros(std::string_view text) {
  if (text.find('.') == std::string_view::npos) return text;
  text = text.substr(0, text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

}  // namespace

Decimal::Decimal(std::string_view text) {
  std::optional<Decimal> parsed = parse(text);
  if (!parsed)
    throw Error(Error::Kind::invalid_argument,
                "decimal: the text is not a number of at most 1000 digits in the form -123.45");
  text_ = std::move(parsed->text_);
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (text.size() > max_digits + (point != std::string_view::npos ? 1 : 0)) return std::nullopt;
  std::string_view whole = text.substr(0, point);
  const bool has_fraction = point != std::string_view::npos;
  const std::string_view fraction = has_fraction ? text.substr(point + 1) : std::string_view{};
  if (!all_digits(whole) || (has_fraction && !all_digits(fraction))) return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size() - 1));
  const bool zero = text.find_first_of("123456789") == std::string_view::npos;

  Decimal result;
  result.text_.clear();
  if (negative && !zero) result.text_ += '-';
  result.text_ += whole;
  if (has_fraction) (result.text_ += '.') += fraction;
  return result;
}

double Decimal::to_double() const noexcept {
  double value = 0;
  std::from_chars(text_.data(), text_.data() + text_.size(), value);
  return value;
}

bool operator==(const Decimal& a, const Decimal& b) noexcept {
  const std::string_view left = without_trailing_zeros(a.text_);
  const std::string_view right = without_trailing_zeros(b.text_);
  return left == right;
}

}  // namespace tenon
