#pragma once

#include <CLI/CLI.hpp>

#include "settings.hpp"

namespace hosting {

/// Each adds commands that run with these settings when they are parsed.
void add_house_commands(CLI::App& program, const Settings& settings);
void add_site_commands(CLI::App& program, const Settings& settings);
void add_integration_commands(CLI::App& program, const Settings& settings);
void add_cost_commands(CLI::App& program, const Settings& settings);
void add_demo(CLI::App& program, const Settings& settings);

}  // namespace hosting
