#include "offline.hpp"

#include <fstream>
#include <stdexcept>

#include <tenon/analysis_store.hpp>
#include <tenon/interchange.hpp>

#include "read_change.hpp"

namespace {

// Any tenant id as the name of a folder, and no two as one.
std::string folder_name(const std::string& tenant) {
  std::string name;
  for (const char c : tenant) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      name += c;
    } else {
      (name += '%') += "0123456789abcdef"[byte / 16];
      name += "0123456789abcdef"[byte % 16];
    }
  }
  return name;
}

// Whole or not at all.
void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  const std::filesystem::path draft = file.string() + ".new";
  {
    std::ofstream out(draft, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + draft.string());
  }
  std::filesystem::rename(draft, file);
}

}  // namespace

Offline::Offline(const std::filesystem::path& folder, const std::string& tenant)
    : folder_(folder / folder_name(tenant)) {}

void Offline::remember(const std::vector<tenon::Policy>& policies) const {
  std::string text = "[";
  for (const tenon::Policy& policy : policies) {
    if (text.size() > 1) text += ",\n";
    tenon::interchange::append_json(text, policy);
  }
  write_text(policies_file(), text + "]\n");
}

std::vector<tenon::Policy> Offline::remembered() const {
  if (!std::filesystem::exists(policies_file()))
    throw std::runtime_error("the database is away, and no policies were kept in " + folder_.string());
  return tenon::interchange::read_policies(read_text(policies_file()), policies_file().string());
}

void Offline::postpone(const tenon::Analysis& analysis) const {
  write_text(pending_folder() / (to_string(tenon::Uuid::time_ordered()) + ".json"),
             tenon::interchange::to_json(analysis));
}

std::size_t Offline::store_postponed(const tenon::TenantScope& scope) const {
  std::size_t stored = 0;
  if (!std::filesystem::exists(pending_folder())) return stored;
  for (const auto& entry : std::filesystem::directory_iterator(pending_folder())) {
    if (entry.path().extension() != ".json") continue;
    for (const tenon::Analysis& analysis :
         tenon::interchange::read_analyses(read_text(entry.path()), entry.path().string())) {
      const tenon::AnalysisStore analyses{scope};
      if (analyses.get_by_request(analysis.request_id)) continue;
      analyses.insert(analysis);
      ++stored;
    }
    std::filesystem::remove(entry.path());
  }
  return stored;
}

bool is_away(const tenon::Error& error) {
  using Kind = tenon::Error::Kind;
  return error.kind() == Kind::unavailable || error.kind() == Kind::timeout || error.kind() == Kind::busy;
}
