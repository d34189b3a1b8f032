#include "knowledge.hpp"

#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace {

nlohmann::json read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  try {
    return nlohmann::json::parse(in);
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

}  // namespace

Knowledge Knowledge::load(const std::filesystem::path& folder) {
  Knowledge knowledge;
  const std::filesystem::path services = folder / "services.json";
  const std::filesystem::path changes = folder / "changes.json";
  try {
    const nlohmann::json listed = read(services);
    for (const auto& [name, entry] : listed.items())
      knowledge.services[name] = {entry.at("owner"), entry.value("runbook", ""),
                                  entry.value("depends_on", std::vector<std::string>{})};
    for (const auto& entry : read(changes)) {
      const auto at = tenon::parse_timestamp(entry.at("at").get<std::string>());
      if (!at) throw std::runtime_error(changes.string() + ": 'at' is not a time of RFC 3339");
      knowledge.changes.push_back({entry.at("service"), entry.at("version"), entry.value("by", ""), *at});
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(folder.string() + ": " + error.what());
  }
  return knowledge;
}

const Service* Knowledge::find(const std::string& service) const {
  const auto found = services.find(service);
  return found == services.end() ? nullptr : &found->second;
}
