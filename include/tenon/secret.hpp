#pragma once

#include <iosfwd>
#include <string>
#include <utility>

#include <tenon/export.hpp>

namespace tenon {

/// A text that must not be shown: printing it gives `***`. It converts to nothing; `reveal()` is the one
/// way to the text, so that every use of it can be found.
///
/// Thread safety: as `std::string`.
class TENON_API Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) noexcept : text_(std::move(text)) {}

  [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;
  /// `***`, or nothing for an empty one.
  friend TENON_API std::ostream& operator<<(std::ostream& out, const Secret& secret);

 private:
  std::string text_;
};

}  // namespace tenon
