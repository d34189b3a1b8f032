#include <tenon/analysis_store.hpp>

#include "entity_command.hpp"
#include "enum_names.hpp"

namespace tenon::cli {
namespace {

struct AnalysisKey {
  Uuid id;
};
BOOST_DESCRIBE_STRUCT(AnalysisKey, (), (id))

struct AnalysisKind {
  using Entity = Analysis;
  using Summary = AnalysisSummary;
  using Key = AnalysisKey;
  using Store = AnalysisStore;
  static constexpr const char* name = "analysis";
  static constexpr Content content = Content::analyses;
  static constexpr const char* key_help = "The analysis's id or request_id";

  std::string environment;
  std::string status;

  void add_options(CLI::App& command) {
    command.add_option("--environment", environment, "Only those of this environment");
    command.add_option("--status", status, "Only those of this policy status")
        ->check(CLI::IsMember(names_of<PolicyStatus>()));
  }
  [[nodiscard]] Filter<Analysis> filter() const {
    Filter<Analysis> filter;
    if (!environment.empty()) filter.add(field<&Analysis::environment> == environment);
    if (!status.empty())
      filter.add(field<&Analysis::policy_status> == parse_enum<PolicyStatus>(status).value());
    return filter;
  }
  static auto query(const Filter<Analysis>& filter) {
    return where(filter).order_by(desc<&Analysis::started_at>);
  }

  static std::vector<Table::Column> columns() {
    return {{"ID"},
            {"STARTED"},
            {"ENVIRONMENT"},
            {"MONTHLY COST", Table::Align::right},
            {"RESOURCES", Table::Align::right},
            {"STATUS"},
            {"POLICY"},
            {"REQUEST"}};
  }
  static std::vector<std::string> cells(const AnalysisSummary& analysis) {
    return {to_string(analysis.id),
            time_text(analysis.started_at),
            analysis.environment,
            money(analysis.estimated_monthly_cost),
            std::to_string(analysis.resource_count),
            std::string(enum_name(analysis.policy_status)),
            or_dash(analysis.policy_id),
            analysis.request_id};
  }
  static std::optional<Analysis> find(const AnalysisStore& store, const std::string& key) {
    if (const auto id = Uuid::parse(key))
      if (auto found = store.get(*id)) return found;
    return store.get_by_request(key);
  }
  static void remove(const AnalysisStore& store, const Analysis& analysis) { store.remove(analysis.id); }
};

}  // namespace

void add_analysis_command(CLI::App& program, Session& session) {
  EntityCommand<AnalysisKind>::add(program, session);
}

}  // namespace tenon::cli
