#include "market.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numeric>
#include <stdexcept>

namespace {

using trading::Side;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Side momentum(std::span<const double> closes) {
  const double fast = mean(closes.last(5));
  const double slow = mean(closes);
  return fast > slow * 1.001 ? Side::buy : fast < slow * 0.999 ? Side::sell : Side::hold;
}

Side mean_reversion(std::span<const double> closes) {
  const double middle = mean(closes);
  double variance = 0;
  for (const double close : closes) variance += (close - middle) * (close - middle);
  const double deviation = std::sqrt(variance / static_cast<double>(closes.size()));
  if (closes.back() < middle - deviation) return Side::buy;
  return closes.back() > middle + deviation ? Side::sell : Side::hold;
}

Side breakout(std::span<const double> closes) {
  const auto before = closes.first(closes.size() - 1);
  if (closes.back() > *std::max_element(before.begin(), before.end())) return Side::buy;
  return closes.back() < *std::min_element(before.begin(), before.end()) ? Side::sell : Side::hold;
}

}  // namespace

Market Market::read(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  Market market{file.stem().string(), {}};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto price = tenon::Decimal::parse(line);
    if (!price || price->to_double() <= 0)
      throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": not a price");
    market.closes.push_back(*price);
  }
  if (in.bad()) throw std::runtime_error("cannot read " + file.string());
  if (market.closes.size() <= window + 1)
    throw std::runtime_error(file.string() + ": there are fewer than " + std::to_string(window + 2) +
                             " prices");
  return market;
}

std::span<const Provider> providers() {
  static constexpr std::array all{Provider{"momentum", momentum},
                                  Provider{"mean_reversion", mean_reversion},
                                  Provider{"breakout", breakout}};
  return all;
}
