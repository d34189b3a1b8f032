#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

namespace tenon {

/// What a run of a migrator did.
struct MigrationReport {
  std::string component;
  std::vector<std::int64_t> applied;   ///< versions, in the order in which they ran
  std::vector<std::int64_t> reverted;  ///< versions that were taken back, in that order
  std::vector<std::int64_t> recorded;  ///< versions whose record changed without running: baseline, force
  std::int64_t version = 0;            ///< the newest applied version now; 0: none
};
BOOST_DESCRIBE_STRUCT(MigrationReport, (), (component, applied, reverted, recorded, version))

}  // namespace tenon
