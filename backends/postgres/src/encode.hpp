#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>

namespace tenon::postgres {

/// Of the types whose binary form has one length: all but texts, blobs and decimals.
inline constexpr std::size_t longest_scalar = 16;

/// Appends the binary form of a non-NULL value, without its length. Throws `Error` (invalid_argument) for a
/// number, time or date outside the type's range.
void append_binary(std::string& out, const backend::Value& value);

/// Appends a field as arrays and COPY have it: its 32-bit length (-1 for NULL) and its binary form.
void append_field(std::string& out, const backend::Value& value);

/// As libpq counts. Throws `Error` (limit_exceeded).
[[nodiscard]] int length_of(std::size_t size);

/// The parameters of one statement in the form libpq takes. Buffers keep their capacity from call to call.
class Parameters {
 public:
  /// Points into `values` for texts and blobs: they must outlive the use.
  void assign(backend::Values values);

  [[nodiscard]] int count() const noexcept { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* values() const noexcept { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  using Scalar = std::array<char, longest_scalar>;

  void resize(std::size_t count);

  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;  // never fewer than the others
  std::vector<Scalar> scalars_;
  std::vector<std::string> decimals_;
};

}  // namespace tenon::postgres
