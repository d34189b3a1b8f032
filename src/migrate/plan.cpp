#include "plan.hpp"

#include <algorithm>
#include <string>

namespace tenon::detail {
namespace {

using Direction = MigrationDirection;

void require_known(const Source& source, std::int64_t version) {
  if (source.has(version)) return;
  throw Error(Error::Kind::not_found, "component " + source.component + " has no migration " +
                                          std::to_string(version) +
                                          "; its versions: " + command(source.component, "status"));
}

std::vector<Step> steps_up(const Source& source, const Applied& applied, std::int64_t to,
                           bool allow_out_of_order) {
  std::vector<MigrationProblem> problems = drift(source, applied);
  if (allow_out_of_order) {
    std::erase_if(problems, [](const MigrationProblem& p) { return p.code == "migration-out-of-order"; });
  }
  if (!problems.empty()) throw to_error(problems);
  std::vector<Step> steps;
  for (std::size_t i = 0; i < source.migrations.size() && source.migrations[i].version <= to; ++i)
    if (!applied.contains(source.migrations[i].version)) steps.push_back({i, Direction::up});
  return steps;
}

void require_way_down(const Source& source, const Migration& migration) {
  if (!migration.down.empty() || !migration.down_file.empty()) return;
  Error::Detail detail;
  detail.code = "migration-irreversible";
  throw Error(Error::Kind::unsupported,
              label(source.component, migration.version, migration.name) +
                  " has no way down; give it a .down.sql file",
              std::move(detail));
}

// Those newer than `to`, or the newest `count`, whichever is fewer.
std::vector<Step> steps_down(const Source& source, const Applied& applied, std::int64_t to,
                             std::size_t count) {
  std::vector<Step> steps;
  for (auto at = applied.rbegin(); at != applied.rend() && at->first > to && steps.size() < count; ++at) {
    if (const auto problems = drift_of(source, at->second); !problems.empty()) throw to_error(problems);
    const std::size_t index = source.find(at->first);
    require_way_down(source, source.migrations[index]);
    steps.push_back({index, Direction::down});
  }
  return steps;
}

std::vector<Step> steps_for(const Goal& goal, const Source& source, const Applied& applied, bool late) {
  constexpr auto all = static_cast<std::size_t>(-1);
  switch (goal.kind) {
    case Goal::Kind::newest:
      return steps_up(source, applied, source.newest(), late);
    case Goal::Kind::down_by:
      return steps_down(source, applied, 0, goal.count);
    case Goal::Kind::up_to:
      require_known(source, goal.version);
      return steps_up(source, applied, goal.version, late);
    case Goal::Kind::down_to:
      if (goal.version != 0) require_known(source, goal.version);
      return steps_down(source, applied, goal.version, all);
    case Goal::Kind::to:
      break;
  }
  if (goal.version != 0) require_known(source, goal.version);
  if (!applied.empty() && applied.rbegin()->first > goal.version)
    return steps_down(source, applied, goal.version, all);
  return steps_up(source, applied, goal.version, late);
}

// The step that was interrupted comes first, also when an older one was added meanwhile. False when it is
// not among the steps.
bool begin_where_it_stopped(std::vector<Step>& steps, const JournalKey& key, const Source& source,
                            bool allow_out_of_order) {
  const auto stopped = std::find_if(steps.begin(), steps.end(), [&](const Step& step) {
    return step.direction == key.second && source.migrations[step.index].version == key.first;
  });
  if (stopped == steps.end()) return false;
  if (stopped == steps.begin()) return true;
  if (key.second == Direction::down) return false;
  if (!allow_out_of_order) throw to_error({out_of_order(source, source.migrations[steps.front().index])});
  std::rotate(steps.begin(), stopped, stopped + 1);
  return true;
}

}  // namespace

std::vector<Step> steps_to(const Goal& goal, const Source& source, const Record& record,
                           const Applied& applied, bool allow_out_of_order) {
  std::vector<Step> steps = steps_for(goal, source, applied, allow_out_of_order);
  for (const auto& [key, entries] : record.journals) {
    if (!begin_where_it_stopped(steps, key, source, allow_out_of_order))
      throw to_error({stopped_half_way(source, key, entries)});
  }
  return steps;
}

}  // namespace tenon::detail
