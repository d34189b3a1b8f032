#pragma once

#include <memory>
#include <string>

#include "options.hpp"

namespace tenon_bench {

/// A filled database and what the contenders were made of. It removes everything when it ends, so it ends
/// after the contenders.
class Place {
 public:
  virtual ~Place() = default;
  virtual void before(const std::string& /*scenario*/) {}
};

/// Each makes its database, prints the settings that ran, and adds its scenarios for all its contenders.
[[nodiscard]] std::unique_ptr<Place> prepare_sqlite(const Options& options);
[[nodiscard]] std::unique_ptr<Place> prepare_postgres(const Options& options);

}  // namespace tenon_bench
