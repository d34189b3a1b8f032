#include "pending_indexes.hpp"

#include <algorithm>

#include <tenon/error.hpp>

#include "execute.hpp"

namespace tenon::detail {
namespace {

bool is_pending(const MigratorSession& run, std::int64_t version, MigrationDirection direction) {
  return direction == MigrationDirection::up ? !run.applied().contains(version)
                                             : run.record().journals.contains({version, direction});
}

std::vector<InvalidIndex> own_invalid_indexes(MigratorSession& run) {
  std::vector<InvalidIndex> own;
  for (const IndexName& index : pending_indexes(run))
    if (auto found = find_invalid(run.on(), index)) own.push_back(*std::move(found));
  return own;
}

}  // namespace

std::vector<IndexName> pending_indexes(const MigratorSession& run) {
  std::vector<IndexName> all;
  const Source& source = run.source();
  for (std::size_t i = 0; i < source.migrations.size(); ++i) {
    for (const auto direction : {MigrationDirection::up, MigrationDirection::down}) {
      if (!is_pending(run, source.migrations[i].version, direction)) continue;
      try {
        for (const ScriptStatement& one :
             script_of(source, {i, direction}, run.dialect().flavour()).statements)
          if (auto index = concurrent_index(one.text)) all.push_back(*std::move(index));
      } catch (const Error&) {  // validate() tells it as unreadable
      }
    }
  }
  return all;
}

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
