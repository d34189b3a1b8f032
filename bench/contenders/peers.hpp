#pragma once

#include <string_view>
#include <vector>

namespace tenon_bench {

/// Which of the libraries that people use instead were not installed when this was built.
[[nodiscard]] std::vector<std::string_view> missing_peers();

}  // namespace tenon_bench
