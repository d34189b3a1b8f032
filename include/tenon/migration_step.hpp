#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

namespace tenon {

enum class MigrationDirection : std::uint8_t { up, down };
BOOST_DESCRIBE_ENUM(MigrationDirection, up, down)

/// One file that a run would execute: an entry of a plan.
struct MigrationStep {
  std::int64_t version = 0;
  std::string name;
  MigrationDirection direction = MigrationDirection::up;
  bool transactional = true;
  std::string why_not;              ///< what keeps it out of a transaction; empty when nothing does
  std::size_t statements = 0;       ///< in the file
  std::size_t first_statement = 1;  ///< where it begins: past the ones that ran before it was interrupted
  std::string file;                 ///< empty when it is compiled in
  std::string sql;                  ///< the file's text
};
BOOST_DESCRIBE_STRUCT(MigrationStep, (),
                      (version, name, direction, transactional, why_not, statements, first_statement, file,
                       sql))

}  // namespace tenon
