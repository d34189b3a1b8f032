#include "isolation.hpp"

#include <iomanip>
#include <iostream>
#include <string>

#include <tenon/tenon.hpp>

#include "table.hpp"

namespace {

std::string rows_of(const tenon::TenantScope& scope) {
  return std::to_string(tenon::AnalysisStore{scope}.count()) + " analyses, " +
         std::to_string(tenon::IncidentStore{scope}.count()) + " incidents";
}

void say(const std::string& what, const std::string& outcome) {
  std::cout << "  " << std::left << std::setw(16) << what << "  " << outcome << '\n';
}

}  // namespace

void show_isolation(const tenon::Database& database, const tenon::TenantScope& one,
                    const tenon::TenantScope& other) {
  const std::string& mine = one.context().tenant();
  const std::string& theirs = other.context().tenant();
  const auto page = tenon::AnalysisStore{one}.find(tenon::all().limit(1));
  const tenon::Uuid id = page.items.at(0).id;
  const tenon::AnalysisStore as_other{other};

  std::cout << "\nCan " << theirs << " reach the rows of " << mine << "?\n"
            << "  analysis " << to_string(id) << " belongs to " << mine << '\n';
  say("get as " + mine, tenon::AnalysisStore{one}.get(id) ? "found" : "nothing");
  say("get as " + theirs, as_other.get(id) ? "found" : "nothing");
  say("delete as " + theirs, as_other.remove(id) ? "deleted" : "no such row");
  say("rows of " + mine, rows_of(one));
  say("rows of " + theirs, rows_of(other));

  Table table("What the administrator sees: the dearest analyses of all tenants",
              {"tenant", "environment", "monthly cost"}, 2);
  const auto dearest = database.administrator("example").find<tenon::Analysis, tenon::AnalysisSummary>(
      tenon::all().order_by(tenon::desc<&tenon::Analysis::estimated_monthly_cost>).limit(4));
  for (const auto& [tenant, analysis] : dearest)
    table.add({tenant, analysis.environment, money(analysis.estimated_monthly_cost)});
  table.print();
}
