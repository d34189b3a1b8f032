#include "policies.hpp"

#include <iostream>
#include <stdexcept>

#include <tenon/enum_name.hpp>
#include <tenon/interchange.hpp>
#include <tenon/policy_store.hpp>

#include "../common/output.hpp"
#include "read_change.hpp"

void import_policies(const Settings& settings, const std::filesystem::path& file) {
  const auto policies = tenon::interchange::read_policies(read_text(file), file.string());
  tenon::PolicyStore{settings.scope()}.upsert_all(policies);
  std::cout << policies.size() << " policies taken in\n";
}

void export_policies(const Settings& settings) {
  const char* separator = "[\n";
  tenon::PolicyStore{settings.scope()}.for_each(tenon::all(), [&](const tenon::Policy& policy) {
    std::cout << separator << tenon::interchange::to_json(policy);
    separator = ",\n";
  });
  std::cout << (*separator == '[' ? "[]\n" : "\n]\n");
}

void list_policies(const Settings& settings) {
  tenon::PolicyStore{settings.scope()}.for_each(tenon::all(), [](const tenon::Policy& policy) {
    std::cout << common::printable(policy.id) << (policy.enabled ? "" : " (disabled)") << ": "
              << common::printable(policy.name) << ", " << tenon::enum_name(policy.on_violation);
    if (policy.budget) std::cout << ", budget " << *policy.budget;
    if (policy.expression_json) std::cout << ", expression";
    std::cout << '\n';
  });
}

void enable_policy(const Settings& settings, const std::string& id, bool enabled) {
  tenon::PolicyStore{settings.scope()}.set_enabled(id, enabled);
  std::cout << id << (enabled ? " is enabled\n" : " is disabled\n");
}

void remove_policy(const Settings& settings, const std::string& id) {
  if (!tenon::PolicyStore{settings.scope()}.remove(id))
    throw std::runtime_error("there is no policy " + id);
  std::cout << id << " is removed\n";
}
