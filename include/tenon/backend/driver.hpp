#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>
#include <tenon/export.hpp>

namespace tenon::backend {

/// Makes engines for the URL schemes it knows. Immutable and thread-safe.
class TENON_API Driver {
 public:
  virtual ~Driver() = default;
  /// Lower-case URL schemes without the colon: "sqlite"; "postgresql", "postgres".
  [[nodiscard]] virtual std::span<const std::string_view> schemes() const noexcept = 0;
  /// Opens the database that `config.url` names. Throws `Error`: invalid_argument for a URL that cannot
  /// work, unavailable when the database cannot be reached or opened.
  [[nodiscard]] virtual std::unique_ptr<Engine> open(const Config& config) const = 0;
  /// Looks at the URL and the numbers without opening anything; open() does the same first. Throws `Error`
  /// (invalid_argument) for a URL that cannot work; for a parameter that the backend does not know it names
  /// the nearest one (tenon/detail/nearest.hpp).
  virtual void check(const Config& config) const { (void)config; }
};

}  // namespace tenon::backend
