#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <tenon/detail/nearest.hpp>

namespace tenon::detail {
namespace {

constexpr std::size_t longest_shown = 64;

// Names are compared without their case, their prefix and the kind of their separators.
std::string folded(std::string_view name) {
  std::string text(name.substr(0, longest_shown));
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '.' || c == '-' ? '_' : c;
  });
  constexpr std::string_view prefix = "tenon_";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// The optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known) {
  const std::string wanted = folded(name);
  std::string_view nearest;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : known) {
    const std::string other = folded(candidate);
    std::size_t steps = distance(wanted, other);
    // `timeout` means connect_timeout rather than some other word of its length.
    if (wanted.size() > 3 && other.find(wanted) != std::string::npos)
      steps = std::min(steps, std::size_t{3});
    if (steps < least) {
      least = steps;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string unknown_name(std::string_view what, std::string_view name,
                         std::span<const std::string_view> known) {
  std::string text =
      "unknown " + std::string(what) + " '" + std::string(name.substr(0, longest_shown)) + "'";
  if (const std::string_view nearest = nearest_name(name, known); !nearest.empty())
    text += "; the nearest is '" + std::string(nearest) + "'";
  return text;
}

}  // namespace tenon::detail
