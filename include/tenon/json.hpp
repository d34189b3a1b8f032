#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <tenon/export.hpp>

namespace tenon {

namespace detail {
/// A parsed document cached inside a Json; made by <tenon/json_document.hpp>.
struct ParsedJson {
  virtual ~ParsedJson() = default;
};
}  // namespace detail

/// A JSON text (RFC 8259). It owns its bytes and gives back exactly those: `1.0`, `1e400`, repeated keys,
/// key order and escapes survive every backend. Default: `null`.
///
/// It may be nested without end; PostgreSQL refuses what exhausts its stack (`Error::Kind::limit_exceeded`,
/// ten thousand levels pass by default).
///
/// Nothing is parsed until `document(json)` of <tenon/json_document.hpp> asks for it; the result is kept.
/// A text that is not JSON is refused when a statement stores it (`Error::Kind::invalid_argument`); what a
/// repository read or a serialiser wrote is JSON already and not looked at again.
///
/// Thread safety: const members may be called from several threads at once.
class TENON_API Json {
 public:
  Json() : text_("null"), unchecked_(true) {}
  explicit Json(std::string text) : text_(std::move(text)) {}
  /// Of a text that is known to be JSON, as a serialiser's: SQLite stores it without a look at it.
  static Json unchecked(std::string text) {
    Json json(std::move(text));
    json.unchecked_ = true;
    return json;
  }
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json() {
    if (parsed_.load(std::memory_order_acquire) != nullptr) reset(nullptr);
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool is_unchecked() const noexcept { return unchecked_; }
  void assign(std::string_view text) {
    if (parsed_.load(std::memory_order_acquire) != nullptr) reset(nullptr);
    text_.assign(text);
    unchecked_ = false;
  }
  /// As unchecked().
  void assign_unchecked(std::string_view text) {
    assign(text);
    unchecked_ = true;
  }

  /// Equal when the texts are the same bytes.
  friend bool operator==(const Json& a, const Json& b) noexcept { return a.text_ == b.text_; }

  /// The cache of <tenon/json_document.hpp>; null until first asked for.
  [[nodiscard]] const detail::ParsedJson* parsed() const noexcept {
    return parsed_.load(std::memory_order_acquire);
  }
  /// Keeps `parsed` unless another thread was first; returns the one that is kept.
  const detail::ParsedJson* keep_parsed(std::unique_ptr<const detail::ParsedJson> parsed) const noexcept {
    const detail::ParsedJson* expected = nullptr;
    if (parsed_.compare_exchange_strong(expected, parsed.get(), std::memory_order_acq_rel))
      return parsed.release();
    return expected;
  }

 private:
  void reset(const detail::ParsedJson* next) noexcept;

  std::string text_;
  bool unchecked_ = false;
  mutable std::atomic<const detail::ParsedJson*> parsed_{nullptr};
};

/// True when the text is one JSON value by RFC 8259's grammar, in valid UTF-8, and nothing else. Numbers of
/// any size and repeated keys are allowed. Complexity: linear in the text; nesting costs one bit a level.
[[nodiscard]] TENON_API bool is_json(std::string_view text);

}  // namespace tenon
