#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/export.hpp>

namespace tenon {

enum class FindingSeverity : std::uint8_t {
  warning,  ///< worth knowing; nothing is open by it alone
  error     ///< rows of other tenants can be reached or changed; PostgreSQL is not opened
};
BOOST_DESCRIBE_ENUM(FindingSeverity, warning, error)

/// Something in a database that weakens the walls between tenants, as Database::inspect() found it.
struct Finding {
  FindingSeverity severity = FindingSeverity::error;
  std::string name;    ///< stable, for Config: "table-without-row-security"
  std::string object;  ///< "hosting.sites", a role, a function
  std::string what;    ///< one sentence
  std::string remedy;  ///< what to do about it
};
BOOST_DESCRIBE_STRUCT(Finding, (), (severity, name, object, what, remedy))

/// "error table-without-row-security (hosting.sites): what; remedy", on one line.
[[nodiscard]] TENON_API std::string to_string(const Finding& finding);

}  // namespace tenon
