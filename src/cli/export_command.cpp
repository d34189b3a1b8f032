#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <CLI/CLI.hpp>

#include <tenon/analysis_store.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/utf8.hpp>
#include <tenon/error.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/interchange.hpp>
#include <tenon/policy_store.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "session.hpp"

namespace tenon::cli {
namespace {

template <class T>
using Columns = tenon::detail::Columns<T>;

// append_json writes other bytes as U+FFFD; an export says what is there, or nothing.
template <class T>
void refuse_texts_beyond_utf8(const T& entity) {
  Columns<T>::for_each([&](auto i) {
    const auto& member = entity.*Columns<T>::template descriptor<i>::pointer;
    const std::string* text = nullptr;
    if constexpr (std::is_same_v<decltype(member), const std::string&>) text = &member;
    if constexpr (std::is_same_v<decltype(member), const std::optional<std::string>&>)
      text = member ? &*member : nullptr;
    if (text != nullptr && !tenon::detail::is_storable_text(*text))
      throw Error(Error::Kind::corrupt, std::string(Columns<T>::names[i]) + " is not UTF-8");
  });
}

// "id 42 of tenant acme", by the entity's first member.
template <class T>
std::string name_of(const T& entity, std::optional<std::string_view> tenant) {
  std::string key;
  interchange::detail::append_value(key, entity.*Columns<T>::template descriptor<0>::pointer);
  return std::string(Columns<T>::names[0]) + " " + key +
         (tenant ? " of tenant " + std::string(*tenant) : "");
}

// A JSON array that is written as its rows come.
class ArrayWriter {
 public:
  template <class T>
  void add(const T& entity, std::optional<std::string_view> tenant = {}) {
    line_.assign(first_ ? "[\n" : ",\n");
    first_ = false;
    try {
      refuse_texts_beyond_utf8(entity);
      interchange::append_json(line_, entity, tenant);
    } catch (const Error& error) {
      throw Error(error.kind(), name_of(entity, tenant) + ": " + error.what(), error.detail());
    }
    write(line_);
  }
  void finish() { write(first_ ? "[]\n" : "\n]\n"); }

 private:
  bool first_ = true;
  std::string line_;
};

template <class Store, class T>
void run_export(Session& session) {
  ArrayWriter array;
  if (session.settings.admin) {
    session.administrator().for_each<T>(all(),
                                        [&](const Owned<T>& row) { array.add(row.entity, row.tenant); });
  } else {
    Store{session.reader()}.for_each(all(), [&](const T& entity) { array.add(entity); });
  }
  array.finish();
}

}  // namespace

void add_export_command(CLI::App& program, Session& session) {
  CLI::App* command =
      program.add_subcommand("export", "Write all of them to standard output, for import to read");
  command->require_subcommand(1);
  command->add_subcommand("policies", "Policies in tenon's JSON")->callback([&session] {
    run_export<PolicyStore, Policy>(session);
  });
  command->add_subcommand("analyses", "Analyses with all their columns")->callback([&session] {
    run_export<AnalysisStore, Analysis>(session);
  });
  command->add_subcommand("incidents", "Incidents with all their columns")->callback([&session] {
    run_export<IncidentStore, Incident>(session);
  });
}

}  // namespace tenon::cli
