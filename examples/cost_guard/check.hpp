#pragma once

#include "guard.hpp"
#include "read_change.hpp"

/// Judges the changes in the files, stores their analyses and prints the verdict. Returns the worst status.
tenon::PolicyStatus check(const Settings& settings, const ChangeFiles& files);
