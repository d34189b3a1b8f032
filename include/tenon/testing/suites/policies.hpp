#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <tenon/policy_expression.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// The store of policies.
class Policies : public ConformanceTest {
 protected:
  [[nodiscard]] PolicyStore policies() const { return PolicyStore(acme()); }
  [[nodiscard]] static Policy policy(std::string id) {
    Policy one;
    one.id = std::move(id);
    one.name = "Policy " + one.id;
    one.description = "what it is for";
    one.budget = 1000.5;
    one.expression_json = Json(R"({"field": "estimated_monthly_cost", "operator": ">", "value": 1e3})");
    one.on_violation = OnViolation::block;
    one.created_by = "ann";
    one.updated_by = "bob";
    return one;
  }
};

TEST_P(Policies, ComeBackAsTheyWereStored) {
  Policy given = policy("cap");
  given.created_at = given.updated_at = parse_timestamp("2026-01-02T03:04:05.000006Z").value();
  policies().insert(given);
  EXPECT_EQ(policies().get("cap"), given);
  EXPECT_TRUE(policies().exists("cap"));
  EXPECT_EQ(policies().get("other"), std::nullopt);

  Policy bare;
  bare.id = "bare";
  policies().insert(bare);
  const Policy kept = policies().get("bare").value();
  EXPECT_FALSE(kept.budget.has_value());
  EXPECT_FALSE(kept.expression_json.has_value());
  EXPECT_TRUE(kept.enabled);
  EXPECT_EQ(kept.on_violation, OnViolation::advisory);
}

TEST_P(Policies, AreInsertedOnceAndReplacedByUpsert) {
  policies().insert(policy("cap"));
  TENON_EXPECT_ERROR(already_exists, policies().insert(policy("cap")));
  Policy second = policy("cap");
  second.name = "second";
  policies().upsert(second);
  EXPECT_EQ(policies().get("cap").value().name, "second");
  EXPECT_EQ(policies().get("cap").value().version, 2);
  policies().upsert(policy("new"));
  EXPECT_EQ(policies().count(), 2U);
}

TEST_P(Policies, AreUpdatedUnlessSomebodyWasFaster) {
  policies().insert(policy("cap"));
  Policy mine = policies().get("cap").value();
  Policy theirs = mine;
  theirs.budget = 2;
  policies().update(theirs);
  EXPECT_EQ(theirs.version, 2);
  mine.budget = 3;
  TENON_EXPECT_ERROR(conflict, policies().update(mine));
  EXPECT_EQ(policies().get("cap"), theirs);
  Policy ghost = policy("ghost");
  TENON_EXPECT_ERROR(not_found, policies().update(ghost));
}

TEST_P(Policies, AreSwitchedOnAndOff) {
  policies().insert_all(std::vector<Policy>{policy("c"), policy("a"), policy("b")});
  policies().set_enabled("b", false);
  std::vector<Policy> enabled = policies().enabled();
  ASSERT_EQ(enabled.size(), 2U);
  EXPECT_EQ(enabled[0].id, "a");
  EXPECT_EQ(enabled[1].id, "c");
  EXPECT_EQ(policies().get("b").value().version, 2);
  policies().set_enabled("b", true);
  EXPECT_EQ(policies().enabled().size(), 3U);
  TENON_EXPECT_ERROR(not_found, policies().set_enabled("ghost", true));
}

TEST_P(Policies, AreAllListedAsEnabledHoweverMany) {
  std::vector<Policy> many;
  for (int i = 0; i < 350; ++i) many.push_back(policy("p" + std::to_string(1000 + i)));
  EXPECT_EQ(policies().insert_all(many), 350U);
  const std::vector<Policy> enabled = policies().enabled();
  ASSERT_EQ(enabled.size(), 350U);
  EXPECT_EQ(enabled.front().id, "p1000");
  EXPECT_EQ(enabled.back().id, "p1349");
}

TEST_P(Policies, AreFoundCountedAndRemovedByCondition) {
  Policy advisory = policy("soft");
  advisory.on_violation = OnViolation::advisory;
  policies().upsert_all(std::vector<Policy>{policy("hard"), advisory});
  EXPECT_EQ(policies().find(where(field<&Policy::on_violation> == OnViolation::block)).items[0].id, "hard");
  EXPECT_EQ(policies().count(field<&Policy::budget> > 1000.0), 2U);
  EXPECT_EQ(policies().remove_where(field<&Policy::on_violation> == OnViolation::advisory), 1U);
  EXPECT_TRUE(policies().remove("hard"));
  EXPECT_FALSE(policies().remove("hard"));
}

TEST_P(Policies, AreRefusedWhenTheyMakeNoSense) {
  const auto refused = [&](Policy bad) {
    TENON_EXPECT_ERROR(invalid_argument, policies().insert(bad));
    TENON_EXPECT_ERROR(invalid_argument, policies().upsert(bad));
    TENON_EXPECT_ERROR(invalid_argument, policies().insert_all(std::vector<Policy>{policy("good"), bad}));
    TENON_EXPECT_ERROR(invalid_argument, policies().upsert_all(std::vector<Policy>{policy("good"), bad}));
    EXPECT_EQ(policies().count(), 0U);
  };
  refused(policy(""));
  for (const double budget : {-1.0, -0.01, std::nan(""), 1.1e18, std::numeric_limits<double>::infinity()}) {
    Policy bad = policy("bad");
    bad.budget = budget;
    refused(bad);
  }
  for (const std::int64_t version : {std::int64_t{0}, (std::int64_t{1} << 53U) + 1}) {
    Policy bad = policy("bad");
    bad.version = version;
    refused(bad);
  }
  for (const char* expression :
       {"{", "[]", "1", R"({"field":"a","operator":"~","value":1})", R"({"field":"a","operator":">"})",
        R"({"field":"a","operator":"in","value":1})", R"({"and":[{"or":[{"field":""}]}]})"}) {
    Policy bad = policy("bad");
    bad.expression_json = Json(expression);
    refused(bad);
  }
}

TEST_P(Policies, TakeEveryOperatorByteForByte) {
  for (const char* op : {"==", "!=", ">", ">=", "<", "<=", "in", "contains", "starts_with", "ends_with"}) {
    const std::string value = std::string(op) == "in" ? "[1, 1.0]" : "\"\\u00e9\"";
    Policy good = policy(std::string("with ") + op);
    good.expression_json =
        Json(R"({"and": [ {"field":"a","operator":")" + std::string(op) + R"(","value":)" + value +
             R"(}, {"or":[{"value":1.0,"field":"b","operator":"=="}]}]})");
    policies().insert(good);
    EXPECT_EQ(policies().get(good.id).value().expression_json, good.expression_json);
  }
}

TEST_P(Policies, BelongToTheirTransactionAndTenant) {
  {
    Transaction tx = acme().begin();
    PolicyStore(tx).insert(policy("cap"));
    PolicyStore(tx).set_enabled("cap", false);
  }
  EXPECT_EQ(policies().count(), 0U);
  policies().insert(policy("cap"));
  const PolicyStore theirs(globex());
  EXPECT_EQ(theirs.get("cap"), std::nullopt);
  TENON_EXPECT_ERROR(not_found, theirs.set_enabled("cap", false));
  EXPECT_TRUE(theirs.enabled().empty());
  theirs.insert(policy("cap"));
}

TENON_CONFORMANCE_SUITE(Policies);

}  // namespace tenon::testing
