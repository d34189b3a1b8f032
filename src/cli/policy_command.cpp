#include <tenon/policy_store.hpp>

#include "entity_command.hpp"
#include "enum_names.hpp"

namespace tenon::cli {
namespace {

struct PolicyKey {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(PolicyKey, (), (id))

struct PolicyKind {
  using Entity = Policy;
  using Summary = Policy;
  using Key = PolicyKey;
  using Store = PolicyStore;
  static constexpr const char* name = "policy";
  static constexpr Content content = Content::policies;
  static constexpr const char* key_help = "The policy's id";

  std::string enabled;

  void add_options(CLI::App& command) {
    command.add_option("--enabled", enabled, "Only those that are enabled, or are not")
        ->check(CLI::IsMember({"true", "false"}));
  }
  [[nodiscard]] Filter<Policy> filter() const {
    Filter<Policy> filter;
    if (!enabled.empty()) filter.add(field<&Policy::enabled> == (enabled == "true"));
    return filter;
  }
  static auto query(const Filter<Policy>& filter) { return where(filter).order_by(asc<&Policy::id>); }

  static std::vector<Table::Column> columns() {
    return {{"ID"}, {"NAME"}, {"BUDGET", Table::Align::right}, {"ON VIOLATION"}, {"ENABLED"}, {"RULES"}};
  }
  static std::vector<std::string> cells(const Policy& policy) {
    return {policy.id,
            policy.name,
            policy.budget ? money(*policy.budget) : "-",
            std::string(enum_name(policy.on_violation)),
            policy.enabled ? "yes" : "no",
            policy.expression_json ? "yes" : "no"};
  }
  static std::optional<Policy> find(const PolicyStore& store, const std::string& key) {
    return store.get(key);
  }
  static void remove(const PolicyStore& store, const Policy& policy) { store.remove(policy.id); }
};

}  // namespace

void add_policy_command(CLI::App& program, Session& session) {
  EntityCommand<PolicyKind>::add(program, session);
}

}  // namespace tenon::cli
