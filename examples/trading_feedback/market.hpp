#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <tenon/decimal.hpp>

#include "entities.hpp"

/// Closing prices of one symbol, the earliest first.
struct Market {
  std::string symbol;  ///< the file's name without its extension
  std::vector<tenon::Decimal> closes;

  /// Reads a file with one price a line. Throws std::runtime_error that names the line.
  static Market read(const std::filesystem::path& file);
};

/// A source of signals: what it would do after these closing prices.
struct Provider {
  const char* name;
  trading::Side (*decide)(std::span<const double> closes);
};

/// Momentum, mean reversion and breakout, each over the last twenty bars.
std::span<const Provider> providers();
/// How many bars a provider wants to see.
inline constexpr std::size_t window = 20;
