#include "pending_indexes.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <tenon/error.hpp>

#include "execute.hpp"

namespace tenon::detail {
namespace {

bool is_pending(const MigratorSession& run, std::int64_t version, MigrationDirection direction) {
  return direction == MigrationDirection::up ? !run.applied().contains(version)
                                             : run.record().journals.contains({version, direction});
}

// Of one script, whose settings say where its names are found.
void add_invalid_indexes_of(const Script& script, MigratorSession& run, std::vector<InvalidIndex>& all) {
  for (const ScriptStatement& one : script.statements) {
    if (is_setting(one, run.dialect().flavour())) {
      run.unsettle();
      try {
        run.on().execute(one.text);
      } catch (const Error&) {  // up() tells it
      }
    } else if (const auto index = concurrent_index(one.text)) {
      if (auto found = find_invalid(run.on(), *index)) all.push_back(*std::move(found));
    }
  }
  run.settle();
}

std::vector<InvalidIndex> own_invalid_indexes(MigratorSession& run) {
  std::vector<InvalidIndex> own;
  const Source& source = run.source();
  for (std::size_t i = 0; i < source.migrations.size(); ++i) {
    for (const auto direction : {MigrationDirection::up, MigrationDirection::down}) {
      if (!is_pending(run, source.migrations[i].version, direction)) continue;
      std::optional<Script> script;
      try {
        script = script_of(source, {i, direction}, run.record(), run.dialect().flavour());
      } catch (const Error&) {  // validate() tells it as unreadable
        continue;
      }
      if (std::ranges::any_of(script->statements, [](const ScriptStatement& one) {
            return concurrent_index(one.text).has_value();
          }))
        add_invalid_indexes_of(*script, run, own);
    }
  }
  return own;
}

}  // namespace

std::vector<MigrationProblem> invalid_index_problems(MigratorSession& run) {
  std::vector<MigrationProblem> problems;
  if (run.on_sqlite()) return problems;
  const std::vector<InvalidIndex> own = own_invalid_indexes(run);
  for (const InvalidIndex& index : invalid_indexes(run.on())) {
    const bool is_own = std::any_of(own.begin(), own.end(),
                                    [&](const InvalidIndex& one) { return one.index == index.index; });
    problems.push_back(is_own ? invalid_index(run.source(), index.index)
                              : strange_invalid_index(run.source(), index.index));
  }
  return problems;
}

std::vector<MigrationProblem> drop_invalid_indexes(MigratorSession& run) {
  std::vector<MigrationProblem> dropped;
  if (run.on_sqlite()) return dropped;
  for (const InvalidIndex& index : own_invalid_indexes(run))
    if (drop_invalid(run.on(), index)) dropped.push_back(invalid_index(run.source(), index.index));
  return dropped;
}

}  // namespace tenon::detail
