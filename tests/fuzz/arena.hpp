#pragma once

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <tenon/testing/attacks/meeting.hpp>

#include "../attacks/shelf_target.hpp"

// Where the fuzzers meet the backend with which their program is linked.

namespace tenon::fuzz {

using testing::Shelf;

[[noreturn]] inline void fail(std::string_view what, std::string_view input) {
  std::cerr << "tenants are not apart: " << what << "\ninput: " << input << '\n';
  std::abort();
}

inline testing::SceneOf<Shelf>& scene() {
  static testing::Backend& backend = *testing::backend_list().front();
  if (const std::string reason = backend.unavailable(); !reason.empty()) {
    std::cerr << reason << '\n';
    std::exit(2);
  }
  static testing::SceneOf<Shelf> only(backend);
  return only;
}

}  // namespace tenon::fuzz
