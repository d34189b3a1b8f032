#include "numeric.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <tenon/error.hpp>

#include "wire.hpp"

namespace tenon::postgres {

namespace {

constexpr std::size_t digits_per_group = 4;  // base 10000
constexpr std::uint16_t negative_sign = 0x4000;
constexpr std::size_t header_bytes = 8;

[[noreturn]] void refuse() {
  throw Error(Error::Kind::invalid_argument, "a decimal parameter is not a decimal number");
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int16_t group_value(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return static_cast<std::int16_t>(value);
}

// Base-10000 groups of whole and fraction, aligned at the decimal point.
std::vector<std::int16_t> groups_of(std::string_view whole, std::string_view fraction) {
  std::vector<std::int16_t> groups;
  const std::size_t head = whole.size() % digits_per_group;
  if (head != 0) groups.push_back(group_value(whole.substr(0, head)));
  for (std::size_t at = head; at < whole.size(); at += digits_per_group) {
    groups.push_back(group_value(whole.substr(at, digits_per_group)));
  }
  for (std::size_t at = 0; at < fraction.size(); at += digits_per_group) {
    std::string part(fraction.substr(at, digits_per_group));
    part.resize(digits_per_group, '0');
    groups.push_back(group_value(part));
  }
  return groups;
}

void append_group(std::string& out, std::int16_t group, bool leading) {
  std::array<char, digits_per_group> digits{};
  for (std::size_t i = digits_per_group; i-- > 0; group = static_cast<std::int16_t>(group / 10)) {
    digits[i] = static_cast<char>('0' + group % 10);
  }
  std::size_t first = 0;
  while (leading && first + 1 < digits_per_group && digits[first] == '0') ++first;
  out.append(digits.data() + first, digits_per_group - first);
}

}  // namespace

void encode_numeric(std::string& out, std::string_view decimal) {
  const bool negative = !decimal.empty() && decimal.front() == '-';
  if (negative) decimal.remove_prefix(1);
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  const std::string_view whole = decimal.substr(0, point);
  const std::string_view fraction = point < decimal.size() ? decimal.substr(point + 1) : std::string_view{};
  if (whole.empty() || !all_digits(whole) || !all_digits(fraction)) refuse();

  const std::vector<std::int16_t> groups = groups_of(whole, fraction);
  const auto is_zero = [](std::int16_t group) { return group == 0; };
  const auto first = std::find_if_not(groups.begin(), groups.end(), is_zero);
  const auto last = std::find_if_not(groups.rbegin(), std::make_reverse_iterator(first), is_zero).base();
  const auto whole_groups =
      static_cast<std::ptrdiff_t>((whole.size() + digits_per_group - 1) / digits_per_group);
  const std::ptrdiff_t weight = first == groups.end() ? 0 : whole_groups - 1 - (first - groups.begin());

  put_number(out, static_cast<std::int16_t>(last - first));
  put_number(out, static_cast<std::int16_t>(weight));
  put_number(out, static_cast<std::uint16_t>(negative && first != last ? negative_sign : 0));
  put_number(out, static_cast<std::uint16_t>(fraction.size()));
  std::for_each(first, last, [&](std::int16_t group) { put_number(out, group); });
}

bool decode_numeric(std::string& out, std::string_view binary) {
  if (binary.size() < header_bytes) return false;
  const auto count = get_number<std::int16_t>(binary.data());
  const auto weight = get_number<std::int16_t>(binary.data() + 2);
  const auto sign = get_number<std::uint16_t>(binary.data() + 4);
  const auto scale = get_number<std::uint16_t>(binary.data() + 6);
  if (sign != 0 && sign != negative_sign) return false;
  if (count < 0 || binary.size() != header_bytes + 2U * static_cast<std::size_t>(count)) return false;
  const auto group_at = [&](int index) -> std::int16_t {  // groups not sent are zero
    if (index < 0 || index >= count) return 0;
    return get_number<std::int16_t>(binary.data() + header_bytes + 2 * static_cast<std::size_t>(index));
  };

  out.clear();
  if (sign == negative_sign) out += '-';
  if (weight < 0) out += '0';
  for (int index = 0; index <= weight; ++index) append_group(out, group_at(index), index == 0);
  if (scale != 0) {
    out += '.';
    const std::size_t end = out.size() + scale;
    for (int index = weight + 1; out.size() < end; ++index) append_group(out, group_at(index), false);
    out.resize(end);
  }
  return true;
}

}  // namespace tenon::postgres
