#include "intake.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <tenon/interchange.hpp>
#include <tenon/tenon.hpp>

#include "../common/store_analysis.hpp"
#include "budget.hpp"

namespace {

using tenon::interchange::Content;

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in || !std::filesystem::is_regular_file(file))
    throw std::runtime_error("cannot read " + file.string() + "; check the path");
  return text;
}

std::string counted(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string take_in_text(tenon::Transaction& transaction, const std::string& text,
                         const std::string& name) {
  switch (tenon::interchange::detect(text, name)) {
    case Content::policies: {
      const auto policies = tenon::interchange::read_policies(text, name);
      tenon::PolicyStore{transaction}.upsert_all(policies);
      return counted(policies.size(), "policy", "policies");
    }
    case Content::analyses: {
      const auto enabled = tenon::PolicyStore{transaction}.enabled();
      auto analyses = tenon::interchange::read_analyses(text, name);
      for (tenon::Analysis& analysis : analyses) {
        decide(analysis, enabled);
        common::store_analysis(transaction, analysis);  // the same file can be taken in again
      }
      return counted(analyses.size(), "cost analysis", "cost analyses");
    }
    case Content::incidents:
      break;
  }
  const auto incidents = tenon::interchange::read_incidents(text, name);
  tenon::IncidentStore{transaction}.insert_all(incidents);
  return counted(incidents.size(), "incident", "incidents");
}

}  // namespace

void take_in(const tenon::TenantScope& scope, const std::filesystem::path& file) {
  const std::string text = read_text(file);
  const std::string what = scope.transact(
      [&](tenon::Transaction& transaction) { return take_in_text(transaction, text, file.string()); });
  std::cout << "  " << scope.context().tenant() << ": " << what << " from " << file.filename().string()
            << '\n';
}
