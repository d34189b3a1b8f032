#include "advice.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <tenon/json_document.hpp>

namespace {

using nlohmann::json;

bool keeps_data(std::string_view type) {
  constexpr std::array<std::string_view, 12> types{
      "aws_db_instance",     "aws_dynamodb_table",           "aws_ebs_volume",
      "aws_efs_file_system", "aws_elasticache_cluster",      "aws_rds_cluster",
      "aws_s3_bucket",       "azurerm_mssql_database",       "azurerm_storage_account",
      "google_compute_disk", "google_sql_database_instance", "google_storage_bucket"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

json flag(const char* type, const Resource& resource) {
  return {{"type", type}, {"resource", resource.address}};
}

bool is_unencrypted(const Resource& resource) {
  return keeps_data(resource.type) && (resource.values.value("encrypted", json()) == false ||
                                       resource.values.value("storage_encrypted", json()) == false);
}

// An ingress rule for everybody on anything but the ports of the web.
bool is_open_to_the_world(const Resource& resource) {
  if (resource.type != "aws_security_group") return false;
  const json rules = resource.values.value("ingress", json::array());
  return std::any_of(rules.begin(), rules.end(), [](const json& rule) {
    const json blocks = rule.value("cidr_blocks", json::array());
    const bool everybody = std::any_of(blocks.begin(), blocks.end(), [](const json& block) {
      return block.is_string() && block.get_ref<const std::string&>() == "0.0.0.0/0";
    });
    const bool web = rule.value("from_port", 0) == rule.value("to_port", -1) &&
                     (rule.value("from_port", 0) == 80 || rule.value("from_port", 0) == 443);
    return everybody && !web;
  });
}

// Families that AWS lists as previous generation.
bool is_old_instance(const std::string& instance_type) {
  constexpr std::array<std::string_view, 10> families{"t1.", "t2.", "m1.", "m2.", "m3.",
                                                      "m4.", "c3.", "c4.", "r3.", "r4."};
  return std::any_of(families.begin(), families.end(),
                     [&](std::string_view family) { return instance_type.starts_with(family); });
}

std::string text(const json& values, const char* name) {
  const auto found = values.find(name);
  return found != values.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

void flag_risks(Change& change) {
  json flags = tenon::document(change.analysis.risk_flags);
  for (const Resource& resource : change.resources) {
    if ((resource.action == "delete" || resource.action == "replace") && keeps_data(resource.type))
      flags.push_back(flag("data_destroyed", resource));
    if (is_unencrypted(resource)) flags.push_back(flag("storage_not_encrypted", resource));
    if (is_open_to_the_world(resource)) flags.push_back(flag("open_to_the_world", resource));
  }
  change.analysis.risk_flags = tenon::to_json_text(flags);
}

std::vector<std::string> recommend(Change& change) {
  std::vector<std::string> advice;
  for (const Resource& resource : change.resources) {
    if (resource.action == "delete") continue;
    if (const std::string type = text(resource.values, "instance_type"); is_old_instance(type))
      advice.push_back(resource.address + ": " + type +
                       " is of a previous generation; a current one does more for the same price");
    if (resource.type == "aws_ebs_volume" && text(resource.values, "type") == "gp2")
      advice.push_back(resource.address + ": gp3 costs a fifth less than gp2");
  }
  change.analysis.recommendations_count = static_cast<std::int64_t>(advice.size());
  return advice;
}
