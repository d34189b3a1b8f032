#pragma once

#include <memory>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/observer.hpp>

namespace tenon {

/// Passes every event on to several observers, in their order. What one throws does not keep it from the
/// next.
class TENON_API FanOut final : public Observer {
 public:
  explicit FanOut(std::vector<std::shared_ptr<Observer>> observers);

  void opened(const DatabaseIdentity& database, std::function<std::optional<PoolStats>()> pool) override;
  void statement(const StatementEvent& event) override;
  void pool(const DatabaseIdentity& database, const PoolEvent& event) override;
  void migration(const MigrationRun& run) override;

 private:
  template <class Tell>
  void each(Tell&& tell) const;

  std::vector<std::shared_ptr<Observer>> observers_;
};

}  // namespace tenon
