#pragma once

#include <filesystem>
#include <string>

#include "guard.hpp"

/// All policies of the file or none; a policy of a known id is replaced.
void import_policies(const Settings& settings, const std::filesystem::path& file);
/// As JSON that import_policies takes, to stdout.
void export_policies(const Settings& settings);
void list_policies(const Settings& settings);
void enable_policy(const Settings& settings, const std::string& id, bool enabled);
void remove_policy(const Settings& settings, const std::string& id);
