#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/time.hpp>

namespace tenon {

/// One row of a component's history. Rows are only ever added; what is applied follows from them in order.
struct MigrationEvent {
  enum class Action : std::uint8_t {
    up,         ///< its SQL ran
    down,       ///< its SQL was taken back
    baseline,   ///< counted as applied on a database that had the schema already
    adopted,    ///< counted as applied because another tool's history says so
    forced,     ///< counted as applied by force()
    withdrawn,  ///< counted as not applied by force()
    repaired,   ///< its changed text was accepted by repair()
    forgotten   ///< its file vanished, and repair() dropped the record
  };
  BOOST_DESCRIBE_NESTED_ENUM(Action, up, down, baseline, adopted, forced, withdrawn, repaired, forgotten)

  std::int64_t seq = 0;  ///< from 1 within the component
  std::int64_t version = 0;
  std::string name;
  Action action = Action::up;
  std::string checksum;  ///< SHA-256 of the text with line ends as LF
  Timestamp at{};
  std::chrono::milliseconds duration{0};
  std::string tenon_version;
  std::string actor;   ///< who, as Migrator::actor told
  std::string reason;  ///< why: of force, baseline and adoption
};
BOOST_DESCRIBE_STRUCT(MigrationEvent, (),
                      (seq, version, name, action, checksum, at, duration, tenon_version, actor, reason))

}  // namespace tenon
