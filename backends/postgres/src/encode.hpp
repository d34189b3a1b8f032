#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>

namespace tenon::postgres {

/// Appends the binary form of a non-NULL value, without its length. Throws `Error` (invalid_argument) for a
/// number, time or date outside the type's range.
void append_binary(std::string& out, const backend::Value& value);

/// Appends a field as arrays and COPY have it: its 32-bit length (-1 for NULL) and its binary form.
void append_field(std::string& out, const backend::Value& value);

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
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::size_t> offsets_;
  std::string storage_;
};

}  // namespace tenon::postgres
