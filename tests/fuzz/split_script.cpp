// libFuzzer target for the splitter of migrations: the first byte picks the dialect, the rest is the
// script. See CMakeLists.txt for how to build and run it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "migrations/random_script.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tenon::backend::Flavour;
  if (size == 0) return 0;
  const Flavour flavour = (data[0] & 1U) != 0 ? Flavour::sqlite : Flavour::postgres;
  const std::string_view script(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string broken = tenon::test::broken_rule_of_splitting(script, flavour);
  if (!broken.empty()) {
    std::fprintf(stderr, "%s\n", broken.c_str());
    std::abort();
  }
  return 0;
}
