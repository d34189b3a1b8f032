#pragma once

#include <tenon/config.hpp>

namespace tenon::postgres {

/// Looks at Config::url without connecting. Throws `Error` (invalid_argument): for a parameter that is
/// neither libpq's nor tenon's it names the nearest; for a value that libpq refuses it says why; for
/// anything else that libpq cannot read it shows nothing of the URL, which may hold a password.
void check_url(const Config& config);

}  // namespace tenon::postgres
