#include <string>

#include <tenon/policy_expression.hpp>
#include <tenon/policy_store.hpp>

#include "limits.hpp"

namespace tenon {

void PolicyStore::check(const Policy& policy) {
  const auto refuse = [](const std::string& why) {
    throw Error(Error::Kind::invalid_argument, "policies: " + why);
  };
  if (policy.id.empty()) refuse("id is empty");
  if (policy.budget && !(*policy.budget >= 0)) refuse("budget is negative or not a number");
  if (policy.budget && *policy.budget > dearest) refuse("budget is above 1e18");
  if (policy.version < 1 || policy.version > latest_version) refuse("version is not between 1 and 2^53");
  if (!policy.expression_json) return;
  if (const auto problem = check_policy_expression(policy.expression_json->text()))
    refuse("expression_json" + problem->pointer + ": " + problem->message);
}

void PolicyStore::insert(const Policy& policy) const {
  check(policy);
  Base::insert(policy);
}

void PolicyStore::upsert(const Policy& policy) const {
  check(policy);
  Base::upsert(policy);
}

void PolicyStore::update(Policy& policy) const {
  check(policy);
  Base::update(policy);
}

void PolicyStore::set_enabled(std::string_view id, bool enabled) const {
  Base::patch(id, set<&Policy::enabled>(enabled));
}

std::vector<Policy> PolicyStore::enabled() const {
  std::vector<Policy> policies;
  Base::for_each(where(field<&Policy::enabled> == true).order_by(asc<&Policy::id>),
                 [&](Policy& policy) { policies.push_back(std::move(policy)); });
  return policies;
}

}  // namespace tenon
