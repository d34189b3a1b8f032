#include <cstdio>
#include <ratio>

#include <tenon/time.hpp>

namespace tenon {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::year;
using std::chrono::year_month_day;

// 400 years, after which the calendar repeats itself.
using Cycles = std::chrono::duration<int, std::ratio_multiply<days::period, std::ratio<146'097>>>;

constexpr Date first_day{year{0} / 1 / 1};
constexpr Date last_day{year{9999} / 12 / 31};

// Reads `count` decimal digits at the front of `text`; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Date> take_date(std::string_view& text) noexcept {
  const int y = take_digits(text, 4);
  if (y < 0 || !take(text, '-')) return std::nullopt;
  const int m = take_digits(text, 2);
  if (m < 0 || !take(text, '-')) return std::nullopt;
  const int d = take_digits(text, 2);
  if (d < 0) return std::nullopt;
  const year_month_day ymd{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!ymd.ok()) return std::nullopt;
  return Date{ymd};
}

std::optional<microseconds> take_fraction(std::string_view& text) noexcept {
  microseconds::rep value = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1))
    if (digits++ < 6) value = value * 10 + (text.front() - '0');
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) value *= 10;
  return microseconds{value};
}

std::optional<minutes> take_offset(std::string_view& text) noexcept {
  if (take(text, 'Z') || take(text, 'z')) return minutes{0};
  const bool negative = !text.empty() && text.front() == '-';
  if (!negative && (text.empty() || text.front() != '+')) return std::nullopt;
  text.remove_prefix(1);
  const int h = take_digits(text, 2);
  if (h < 0 || h > 23 || !take(text, ':')) return std::nullopt;
  const int m = take_digits(text, 2);
  if (m < 0 || m > 59) return std::nullopt;
  const minutes offset{h * 60 + m};
  return negative ? -offset : offset;
}

}  // namespace

Timestamp now() noexcept {
  return floor<microseconds>(std::chrono::system_clock::now());
}

std::string to_string(Date date) {
  // std::chrono::year holds no year above 32767.
  const auto cycles = floor<Cycles>(date.time_since_epoch());
  const year_month_day ymd{date - cycles};
  char text[48];
  const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02u",
                                   static_cast<int>(ymd.year()) + 400 * cycles.count(),
                                   static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return {text, static_cast<std::size_t>(length)};
}

std::string to_string(Timestamp time) {
  const Date date = floor<days>(time);
  // The first day of the range begins before it, so `time - date` would overflow there.
  const microseconds of_day = time.time_since_epoch() % days{1};
  const hh_mm_ss<microseconds> clock{of_day < microseconds{0} ? of_day + days{1} : of_day};
  char text[32];
  const int length =
      std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%06dZ", static_cast<int>(clock.hours().count()),
                    static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                    static_cast<int>(clock.subseconds().count()));
  return to_string(date).append(text, static_cast<std::size_t>(length));
}

std::optional<Date> parse_date(std::string_view text) noexcept {
  const std::optional<Date> date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
  const std::optional<Date> date = take_date(text);
  if (!date || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  const int h = take_digits(text, 2);
  if (h < 0 || h > 23 || !take(text, ':')) return std::nullopt;
  const int m = take_digits(text, 2);
  if (m < 0 || m > 59 || !take(text, ':')) return std::nullopt;
  const int s = take_digits(text, 2);
  if (s < 0 || s > 60) return std::nullopt;
  microseconds fraction{0};
  if (take(text, '.')) {
    const std::optional<microseconds> taken = take_fraction(text);
    if (!taken) return std::nullopt;
    fraction = *taken;
  }
  const std::optional<minutes> offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const Timestamp time = Timestamp{*date} + hours{h} + minutes{m} + seconds{s} + fraction - *offset;
  // An offset may lead into a year that has no text of its own.
  if (time < first_day || time >= last_day + days{1}) return std::nullopt;
  return time;
}

}  // namespace tenon
