#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/export.hpp>
#include <tenon/time.hpp>

namespace tenon {

/// Where one migration stands.
struct MigrationStatus {
  enum class State : std::uint8_t {
    applied,
    pending,
    changed,  ///< applied, but its text is another now
    missing,  ///< applied, but no longer in the source
    partial   ///< outside a transaction and stopped half-way; up() goes on where it stopped
  };
  BOOST_DESCRIBE_NESTED_ENUM(State, applied, pending, changed, missing, partial)

  std::int64_t version = 0;
  std::string name;
  State state = State::pending;
  std::optional<Timestamp> applied_at;
  std::chrono::milliseconds duration{0};
  std::string file;                ///< of the step up; empty when it is compiled in
  bool out_of_order = false;       ///< pending, and older than the newest applied
  std::size_t statements_run = 0;  ///< of a partial one
};
BOOST_DESCRIBE_STRUCT(MigrationStatus, (),
                      (version, name, state, applied_at, duration, file, out_of_order, statements_run))

[[nodiscard]] TENON_API std::string_view to_string(MigrationStatus::State state) noexcept;

}  // namespace tenon
