#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <tenon/error.hpp>

/// The message of the tenon::Error (invalid_argument) that `read()` throws; a failure of the test when it
/// does not.
template <class Read>
std::string refusal(Read&& read) {
  try {
    (void)read();
  } catch (const tenon::Error& error) {
    EXPECT_EQ(error.kind(), tenon::Error::Kind::invalid_argument);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
