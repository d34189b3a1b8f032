#pragma once

#include <cstddef>
#include <string>

#include <tenon/backend/dialect.hpp>

#include "guard.hpp"

struct HistoryFilter {
  std::optional<std::string> environment;
  std::optional<std::string> status;  ///< pass, advisory, block
  std::size_t limit = 20;
};

/// The newest analyses first.
void print_history(const Settings& settings, const HistoryFilter& filter);
/// Totals by environment, the dearest analyses, and how often changes were blocked.
void print_statistics(const Settings& settings);
void print_trend(const Settings& settings, tenon::backend::CalendarUnit unit);
/// Removes analyses that are older; shows how far it is.
void prune(const Settings& settings, unsigned days);
