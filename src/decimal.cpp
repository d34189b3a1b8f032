#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <system_error>

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

// Two numbers' digits without signs and points, so wide on both sides of the point that column stands below
// column.
struct Aligned {
  std::string a;
  std::string b;
  std::size_t scale;
};

Aligned align(std::string_view a, std::string_view b) {
  const auto split = [](std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    return std::pair{text.substr(0, point), text.substr(std::min(point + 1, text.size()))};
  };
  const auto [a_whole, a_fraction] = split(a);
  const auto [b_whole, b_fraction] = split(b);
  const std::size_t whole = std::max(a_whole.size(), b_whole.size());
  const std::size_t scale = std::max(a_fraction.size(), b_fraction.size());
  const auto widen = [&](std::string_view before, std::string_view after) {
    std::string digits(whole - before.size(), '0');
    digits.append(before).append(after).append(scale - after.size(), '0');
    return digits;
  };
  return {widen(a_whole, a_fraction), widen(b_whole, b_fraction), scale};
}

// Adds column by column, with one more in front for the last carry.
std::string sum(const std::string& a, const std::string& b) {
  std::string digits(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int column = (a[i] - '0') + (b[i] - '0') + carry;
    digits[i + 1] = static_cast<char>('0' + column % 10);
    carry = column / 10;
  }
  digits[0] = static_cast<char>('0' + carry);
  return digits;
}

// Of a larger and a smaller number.
std::string difference(const std::string& larger, const std::string& smaller) {
  std::string digits(larger.size(), '0');
  int borrow = 0;
  for (std::size_t i = larger.size(); i-- > 0;) {
    const int column = (larger[i] - '0') - (smaller[i] - '0') - borrow;
    borrow = column < 0 ? 1 : 0;
    digits[i] = static_cast<char>('0' + column + 10 * borrow);
  }
  return digits;
}

bool is_negative(const Decimal& number) {
  return number.text().starts_with('-');
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
  const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
  if (problem != std::errc::result_out_of_range) return value;
  const bool negative = is_negative(*this);
  if (text_[negative ? 1 : 0] == '0') return 0;  // nearer to zero than any double
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return negative ? -infinity : infinity;
}

bool operator==(const Decimal& a, const Decimal& b) noexcept {
  const std::string_view left = without_trailing_zeros(a.text_);
  const std::string_view right = without_trailing_zeros(b.text_);
  return left == right;
}

std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (is_negative(a) != is_negative(b))
    return is_negative(a) ? std::weak_ordering::less : std::weak_ordering::greater;
  const Aligned digits = align(a.text_, b.text_);
  const int order = digits.a.compare(digits.b);
  return (is_negative(a) ? -order : order) <=> 0;
}

Decimal operator-(const Decimal& a) {
  return Decimal(is_negative(a) ? a.text_.substr(1) : "-" + a.text_);
}

Decimal operator+(const Decimal& a, const Decimal& b) {
  const Aligned digits = align(a.text_, b.text_);
  const bool a_larger = digits.a >= digits.b;
  std::string text = is_negative(a) == is_negative(b) ? sum(digits.a, digits.b)
                     : a_larger                       ? difference(digits.a, digits.b)
                                                      : difference(digits.b, digits.a);
  if (digits.scale > 0) text.insert(text.size() - digits.scale, 1, '.');
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - digits.scale - 1));
  if (text.starts_with('.')) text.insert(0, 1, '0');
  if (is_negative(a_larger ? a : b)) text.insert(0, 1, '-');
  std::optional<Decimal> result = Decimal::parse(text);
  if (!result) throw Error(Error::Kind::limit_exceeded, "decimal: a sum has more than 1000 digits");
  return *std::move(result);
}

}  // namespace tenon
