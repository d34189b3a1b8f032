#pragma once

#include <string_view>

#include <tenon/backend/statement.hpp>
#include <tenon/error.hpp>
#include <tenon/export.hpp>

#include "flight.hpp"

namespace tenon::postgres {

/// What a flight was for.
struct Terms {
  std::string_view operation;  ///< the statement's name, for messages
  bool writes = false;
  bool commits = false;   ///< its end makes changes permanent
  bool raw_read = false;  ///< the host's own SQL, which may not write
};

/// The Error that a landing means which is not ok(), or whose commit was not replicated.
///
/// A lost connection means outcome_unknown only where a commit may have happened: not when the server's
/// error came before the last statement was complete, and not when the Sync never left.
[[nodiscard]] TENON_API Error error_of(const Landing& landing, const Terms& terms);

/// Throws error_of() unless all is well.
void require_ok(const Landing& landing, const Terms& terms);

/// True when nothing can have been executed, so that another connection may be tried even for a write.
[[nodiscard]] TENON_API bool untouched(const Landing& landing) noexcept;

}  // namespace tenon::postgres
