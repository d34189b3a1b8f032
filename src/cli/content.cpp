#include "content.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <tenon/analysis_store.hpp>
#include <tenon/error.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/policy_store.hpp>

#include "settings.hpp"

namespace tenon::cli {
namespace {

struct PolicyVersion {
  std::string id;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(PolicyVersion, (), (id, version))

struct AnalysisIds {
  Uuid id;
  std::string request_id;
};
BOOST_DESCRIBE_STRUCT(AnalysisIds, (), (id, request_id))

// Calls visit(P) for every stored row whose `Member` is one of `wanted`.
template <class P, auto Member, class Store, class V, class Visit>
void for_each_stored(const Store& store, const std::vector<V>& wanted, Visit&& visit) {
  constexpr std::size_t chunk = 500;
  for (std::size_t begin = 0; begin < wanted.size(); begin += chunk) {
    const auto first = wanted.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<V> some(first, first + static_cast<std::ptrdiff_t>(std::min(chunk, wanted.size() - begin)));
    for (P& found : store.template find<P>(where(field<Member>.in(std::move(some))).limit(chunk)).items)
      visit(found);
  }
}

template <class T, class Key>
auto keys_of(const std::vector<T>& rows, Key&& key) {
  std::vector<std::decay_t<decltype(key(rows.front()))>> keys;
  for (const T& row : rows) keys.push_back(key(row));
  return keys;
}

Stored store_policies(Transaction& transaction, const std::vector<Policy>& policies) {
  const PolicyStore store{transaction};
  Stored stored;
  stored.keys = keys_of(policies, [](const Policy& policy) { return policy.id; });
  std::map<std::string, std::int64_t> versions;
  for_each_stored<PolicyVersion, &Policy::id>(
      store, stored.keys, [&](PolicyVersion& found) { versions[found.id] = found.version; });
  std::vector<Policy> fresh;
  for (Policy policy : policies) {
    if (const auto version = versions.find(policy.id); version != versions.end()) {
      policy.version = version->second;
      store.update(policy);
      ++stored.replaced;
    } else {
      fresh.push_back(std::move(policy));
    }
  }
  if (!fresh.empty()) stored.inserted = store.insert_all(fresh);
  return stored;
}

// Keeps two analyses of a file from replacing the same stored one, of which only the second would be left.
class ReplacedOnce {
 public:
  explicit ReplacedOnce(const std::string& file) : file_(file) {}
  void note(const Analysis& analysis) {
    const auto [first, fresh] = by_id_.emplace(analysis.id, analysis.request_id);
    if (!fresh)
      throw Error(Error::Kind::invalid_argument,
                  file_ + ": the analyses with request_id " + first->second + " and " +
                      analysis.request_id + " would both replace the stored one with id " +
                      to_string(analysis.id) + "; give one of them an id and a request_id of its own");
  }

 private:
  const std::string& file_;
  std::map<Uuid, std::string> by_id_;
};

Stored store_analyses(Transaction& transaction, const std::vector<Analysis>& analyses,
                      const std::string& name) {
  const AnalysisStore store{transaction};
  std::map<std::string, Uuid> by_request;
  std::set<Uuid> there;
  for_each_stored<AnalysisIds, &Analysis::request_id>(
      store, keys_of(analyses, [](const Analysis& analysis) { return analysis.request_id; }),
      [&](AnalysisIds& found) { by_request[found.request_id] = found.id; });
  for_each_stored<AnalysisIds, &Analysis::id>(
      store, keys_of(analyses, [](const Analysis& analysis) { return analysis.id; }),
      [&](AnalysisIds& found) { there.insert(found.id); });
  Stored stored;
  std::vector<Analysis> fresh;
  ReplacedOnce replaced(name);
  for (Analysis analysis : analyses) {
    const auto same_request = by_request.find(analysis.request_id);
    if (same_request != by_request.end()) analysis.id = same_request->second;
    if (analysis.id.is_nil()) analysis.id = Uuid::time_ordered();
    stored.keys.push_back(to_string(analysis.id));
    if (same_request != by_request.end() || there.contains(analysis.id)) {
      replaced.note(analysis);
      store.update(analysis);
      ++stored.replaced;
    } else {
      fresh.push_back(std::move(analysis));
    }
  }
  if (!fresh.empty()) stored.inserted = store.insert_all(std::move(fresh));
  return stored;
}

Stored store_incidents(Transaction& transaction, const std::vector<Incident>& incidents) {
  Stored stored;
  stored.keys =
      keys_of(incidents, [](const Incident& incident) { return to_string(incident.incident_id); });
  if (!incidents.empty()) stored.inserted = IncidentStore{transaction}.insert_all(incidents);
  return stored;
}

}  // namespace

std::string_view plural(Content content) noexcept {
  return content == Content::policies   ? "policies"
         : content == Content::analyses ? "analyses"
                                        : "incidents";
}

std::string counted(Content content, std::size_t count) {
  constexpr const char* singular[]{"policy", "analysis", "incident"};
  return std::to_string(count) + " " +
         (count == 1 ? singular[static_cast<std::size_t>(content)] : std::string(plural(content)));
}

Stored store_text(const TenantScope& scope, Content content, std::string_view text, const std::string& name,
                  const interchange::AnalysisOptions& options) {
  switch (content) {
    case Content::policies: {
      const auto policies = interchange::read_policies(text, name);
      return scope.transact([&](Transaction& tx) { return store_policies(tx, policies); });
    }
    case Content::analyses: {
      const auto analyses = interchange::read_analyses(text, name, options);
      return scope.transact([&](Transaction& tx) { return store_analyses(tx, analyses, name); });
    }
    case Content::incidents:
      break;
  }
  const auto incidents = interchange::read_incidents(text, name);
  try {
    return scope.transact([&](Transaction& tx) { return store_incidents(tx, incidents); });
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::already_exists) throw;
    throw Failure(name +
                  ": an incident of this file is stored already, and incidents are not replaced; "
                  "delete it first, or give it another incident_id");
  }
}

}  // namespace tenon::cli
