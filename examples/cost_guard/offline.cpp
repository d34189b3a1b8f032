#include "offline.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <tenon/analysis_store.hpp>
#include <tenon/interchange.hpp>

#include "../common/store_analysis.hpp"
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

// Whole or not at all, also where several write it at once.
void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  const std::filesystem::path draft = file.string() + "." + to_string(tenon::Uuid::random()) + ".new";
  {
    std::ofstream out(draft, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + draft.string());
  }
  std::filesystem::rename(draft, file);
}

// Whether it was stored: a verdict that is stored gives way to a later one only.
bool store_unless_older(const tenon::TenantScope& scope, const tenon::Analysis& analysis) {
  return scope.transact([&](tenon::Transaction& transaction) {
    const auto known = tenon::AnalysisStore{transaction}.get_by_request(analysis.request_id);
    if (known && known->completed_at >= analysis.completed_at) return false;
    common::store_analysis(transaction, analysis);
    return true;
  });
}

std::size_t store_file(const tenon::TenantScope& scope, const std::filesystem::path& file) {
  std::size_t stored = 0;
  for (const tenon::Analysis& analysis : tenon::interchange::read_analyses(read_text(file), file.string()))
    if (store_unless_older(scope, analysis)) ++stored;
  std::filesystem::remove(file);
  return stored;
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

// The earliest first: their names are time-ordered.
std::vector<std::filesystem::path> Offline::pending_files() const {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(pending_folder())) return files;
  for (const auto& entry : std::filesystem::directory_iterator(pending_folder()))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::size_t Offline::store_postponed(const tenon::TenantScope& scope) const {
  std::size_t stored = 0;
  for (const std::filesystem::path& file : pending_files()) {
    try {
      stored += store_file(scope, file);
    } catch (const std::exception& error) {
      const auto* const of_tenon = dynamic_cast<const tenon::Error*>(&error);
      if (of_tenon != nullptr && is_away(*of_tenon)) throw;
      // Another run removed the file meanwhile, or stored the request at the same moment; what is left of
      // it is for the next run.
      const bool done = !std::filesystem::exists(file) ||
                        (of_tenon != nullptr && of_tenon->kind() == tenon::Error::Kind::already_exists);
      if (!done) std::cerr << "cost_guard: " << file.string() << " stays: " << error.what() << '\n';
    }
  }
  return stored;
}

bool is_away(const tenon::Error& error) {
  switch (error.kind()) {
    case tenon::Error::Kind::unavailable:
    case tenon::Error::Kind::timeout:
    case tenon::Error::Kind::busy:
    case tenon::Error::Kind::outcome_unknown:
    case tenon::Error::Kind::read_only:
      return true;
    default:
      return false;
  }
}
