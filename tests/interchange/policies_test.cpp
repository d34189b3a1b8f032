#include <gmock/gmock.h>

#include <tenon/interchange.hpp>

#include "refusal.hpp"

namespace {

using namespace tenon;
using interchange::read_policies;
using testing::HasSubstr;
using testing::StartsWith;

std::string refused_policies(const std::string& text) {
  return refusal([&] { return read_policies(text, "p.json"); });
}

TEST(ReadPolicies, TakesOneObjectOrAnArray) {
  EXPECT_EQ(read_policies(R"({"id":"a","name":"A"})", "p.json").size(), 1U);
  EXPECT_EQ(read_policies(R"([{"id":"a","name":"A"},{"id":"b","name":"B"}])", "p.json").size(), 2U);
  EXPECT_TRUE(read_policies(" [ ] ", "p.json").empty());
}

TEST(ReadPolicies, LeavesDefaultsToWhatIsAbsentOrNull) {
  const Policy policy = read_policies(R"({"id":"a","name":"A","budget":null})", "p.json").at(0);
  Policy expected;
  expected.id = "a";
  expected.name = "A";
  EXPECT_EQ(policy, expected);
}

TEST(ReadPolicies, TakesEveryField) {
  const Policy policy = read_policies(R"({"id":"a","name":"A","description":"d","budget":12.5,
      "expression_json":{ "field":"x", "operator":"==", "value":1.0 },"on_violation":"block","enabled":false,
      "created_by":"c","updated_by":"u","version":7,"created_at":"2026-01-02T03:04:05.000006Z",
      "updated_at":"1969-12-31T23:59:59.999999Z"})",
                                      "p.json")
                            .at(0);
  EXPECT_EQ(policy.budget, 12.5);
  EXPECT_EQ(policy.expression_json->text(), R"({ "field":"x", "operator":"==", "value":1.0 })");
  EXPECT_EQ(policy.on_violation, OnViolation::block);
  EXPECT_FALSE(policy.enabled);
  EXPECT_EQ(policy.version, 7);
  EXPECT_EQ(policy.updated_at.time_since_epoch().count(), -1);
  EXPECT_EQ(read_policies(interchange::to_json(policy), "again").at(0), policy);
}

TEST(ReadPolicies, TakesExpressionAsAnotherNameOfExpressionJson) {
  const auto policies = read_policies(
      R"({"id":"a","name":"A","expression":{"field":"x","operator":"<","value":1}})", "p.json");
  EXPECT_EQ(policies.at(0).expression_json->text(), R"({"field":"x","operator":"<","value":1})");
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","expression":null,"expression_json":null})"),
              HasSubstr("stands twice"));
}

TEST(ReadPolicies, ReadsEscapedTextAndNames) {
  const Policy policy =
      read_policies(R"({"\u0069d":"caf\u00e9 \ud83d\ude00 \"q\"","name":"A"})", "p.json").at(0);
  EXPECT_EQ(policy.id, "café 😀 \"q\"");
  EXPECT_EQ(read_policies(interchange::to_json(policy), "again").at(0), policy);
}

TEST(ReadPolicies, NamesLineAndColumnOfBadSyntax) {
  EXPECT_EQ(refused_policies("[\n  {\"id\": \"a\",\n   \"näme\": oops}\n]"),
            "p.json:3:12: not valid JSON: 'o' cannot stand here");
  EXPECT_THAT(refused_policies("[{\"id\":\"a\""), StartsWith("p.json:1:11: the JSON ends too early"));
  EXPECT_THAT(refused_policies(" \n"), HasSubstr("the file is empty"));
  EXPECT_THAT(refused_policies("[1] 2"), StartsWith("p.json:1:5: "));
  EXPECT_THAT(refused_policies("\xFF"), HasSubstr("cannot stand here"));
}

TEST(ReadPolicies, NamesPositionAndFieldOfWhatItRefuses) {
  EXPECT_EQ(
      refused_policies("[{\"id\":\"a\",\"name\":\"A\"},\n {\"id\":\"b\",\"name\":\"B\",\"budget\":-5}]"),
      "p.json:2:32: /1/budget: must not be negative");
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","budgett":1})"),
              HasSubstr("/budgett: unknown field; the fields are id,"));
  EXPECT_THAT(refused_policies(R"({"id":"a"})"), HasSubstr("the field name is missing"));
  EXPECT_THAT(refused_policies(R"({"id":7,"name":"A"})"),
              HasSubstr("/id: expected a text, found a number"));
  EXPECT_THAT(refused_policies(R"({"id":"","name":"A"})"), HasSubstr("/id: an id must not be empty"));
  EXPECT_THAT(refused_policies(R"({"id":"a","id":"b","name":"A"})"),
              HasSubstr("/id: the field stands twice"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","enabled":"yes"})"),
              HasSubstr("/enabled: expected true or false"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","on_violation":"warn"})"),
              HasSubstr("/on_violation: expected one of advisory, block"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","version":0})"), HasSubstr("/version"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","version":1.5})"),
              HasSubstr("/version: expected a whole number"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","version":99999999999999999999})"),
              HasSubstr("/version"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","budget":1e400})"),
              HasSubstr("/budget: the number is beyond"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","budget":1e19})"),
              HasSubstr("/budget: must not be above 1e18"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","version":9223372036854775807})"),
              HasSubstr("/version: a version is 1 to 2^53"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","created_at":"today"})"),
              HasSubstr("/created_at: not a time"));
  EXPECT_THAT(refused_policies(R"({"id":"a\u0000b","name":"A"})"), HasSubstr("/id: the text holds a NUL"));
  EXPECT_THAT(refused_policies(R"({"id":"\ud800","name":"A"})"), HasSubstr("surrogate"));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","tenant_id":"acme"})"),
              HasSubstr("/tenant_id: rows of several"));
  EXPECT_THAT(refused_policies("7"), HasSubstr("expected an object, found a number"));
  EXPECT_THAT(refused_policies(R"([{"id":"a","name":"A"},{"id":"a","name":"B"}])"),
              HasSubstr("/1: this id stands in this file already, at /0"));
}

TEST(ReadPolicies, NamesThePlaceInsideAnExpression) {
  EXPECT_THAT(refused_policies("{\"id\":\"a\",\"name\":\"A\",\"expression\":\n"
                               "{\"and\":[{\"field\":\"x\",\"operator\":\"~~\",\"value\":1}]}}"),
              testing::AllOf(StartsWith("p.json:2:33: /expression/and/0/operator: unknown operator '~~'"),
                             HasSubstr("starts_with")));
  EXPECT_THAT(refused_policies(R"({"id":"a","name":"A","expression_json":{"field":"x","operator":"=="}})"),
              HasSubstr("/expression_json: the rule has no value"));
  EXPECT_THAT(refused_policies("{\"id\":\"a\",\"name\":\"A\",\"expression\":\n"
                               R"({"field":"x","operator":"==","value":1,"a/b":2}})"),
              StartsWith("p.json:2:46: /expression/a~1b: not a field of a rule"));
}

TEST(ReadPolicies, IsNotShakenByDeepNesting) {
  const std::string deep(100'000, '[');
  EXPECT_THAT(refused_policies(deep), HasSubstr("too early"));
  EXPECT_THAT(refused_policies(deep + std::string(100'000, ']')), HasSubstr("/0: expected an object"));
}

}  // namespace
