#pragma once

#include <tenon/policy.hpp>
#include <tenon/repository.hpp>

namespace tenon {

/// One tenant's policies: those verbs of Repository<Policy> that take whole policies, with every expression
/// and budget checked before it is stored.
///
/// Throws, beyond Repository: `Error` (invalid_argument) for an empty id, a budget that is negative or
/// above 1e18, a version outside 1 to 2^53 or an expression that check_policy_expression refuses.
///
/// Thread safety: as Repository.
class TENON_API PolicyStore : private Repository<Policy> {
  using Base = Repository<Policy>;

 public:
  explicit PolicyStore(const TenantScope& scope) : Base(scope) {}
  explicit PolicyStore(Transaction& transaction) : Base(transaction) {}

  using Base::claim;
  using Base::count;
  using Base::exists;
  using Base::find;
  using Base::for_each;
  using Base::get;
  using Base::remove;
  using Base::remove_where;

  void insert(const Policy& policy) const;
  void upsert(const Policy& policy) const;
  /// Optimistic: throws conflict when the stored version is another; raises `policy.version`.
  void update(Policy& policy) const;

  template <class Range>
  std::uint64_t insert_all(const Range& policies) const {
    for (const Policy& policy : policies) check(policy);
    return Base::insert_all(policies);
  }
  template <class Range>
  std::uint64_t upsert_all(const Range& policies) const {
    for (const Policy& policy : policies) check(policy);
    return Base::upsert_all(policies);
  }

  /// Throws not_found.
  void set_enabled(std::string_view id, bool enabled) const;
  /// Every enabled policy, by id: what an analysis is held against.
  [[nodiscard]] std::vector<Policy> enabled() const;

 private:
  static void check(const Policy& policy);
};

}  // namespace tenon
