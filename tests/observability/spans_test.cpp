#include <map>

#include <tenon/observers/spans.hpp>

#include "events.hpp"

namespace tenon::test {
namespace {

std::map<std::string, std::string> attributes(const Span& span) {
  std::map<std::string, std::string> found;
  for (const Span::Attribute& attribute : span.attributes) {
    const auto* const text = std::get_if<std::string>(&attribute.value);
    found[std::string(attribute.key)] =
        text != nullptr ? *text : std::to_string(std::get<std::int64_t>(attribute.value));
  }
  return found;
}

TEST(Spans, CarryTheConventionsAttributes) {
  const Span span = to_span(event("policies.get", "SELECT \"id\" FROM policies WHERE id = $1"));
  EXPECT_EQ(span.name, "SELECT policies");
  EXPECT_FALSE(span.failed);
  EXPECT_EQ(span.duration, std::chrono::microseconds{12'500});
  EXPECT_EQ(attributes(span), (std::map<std::string, std::string>{{"db.system.name", "postgresql"},
                                                                  {"db.namespace", "ops"},
                                                                  {"db.collection.name", "policies"},
                                                                  {"db.operation.name", "SELECT"},
                                                                  {"db.query.summary", "SELECT policies"},
                                                                  {"db.response.returned_rows", "3"},
                                                                  {"server.address", "db.example"},
                                                                  {"server.port", "5432"},
                                                                  {"tenon.statement", "policies.get"},
                                                                  {"tenon.round_trips", "1"}}));
}

TEST(Spans, TellOfFailures) {
  const Error error(Error::Kind::already_exists, "taken",
                    {.sqlstate = "23505", .statement = {}, .constraint = {}, .hint = {}});
  StatementEvent failed = event("policies.insert", "INSERT INTO policies");
  failed.writes = true;
  failed.batch = 4;
  failed.error = &error;
  const Span span = to_span(failed);
  EXPECT_TRUE(span.failed);
  EXPECT_EQ(span.description, "taken");
  const auto found = attributes(span);
  EXPECT_EQ(found.at("error.type"), "already_exists");
  EXPECT_EQ(found.at("db.response.status_code"), "23505");
  EXPECT_EQ(found.at("db.operation.batch.size"), "4");
  EXPECT_EQ(found.count("db.response.returned_rows"), 0U);
}

TEST(Spans, ShowTheTextOnlyWhenAskedTo) {
  const StatementEvent get = event("policies.get", "SELECT 1");
  EXPECT_EQ(attributes(to_span(get)).count("db.query.text"), 0U);
  EXPECT_EQ(attributes(to_span(get, {.query_text = true})).at("db.query.text"), "SELECT 1");
}

TEST(Spans, NameTransactionsAndRawSql) {
  EXPECT_EQ(to_span(event("transaction.commit")).name, "COMMIT ops");
  EXPECT_EQ(to_span(event("raw.query")).name, "postgresql");
  EXPECT_EQ(attributes(to_span(event("transaction.commit"))).count("db.collection.name"), 0U);
}

TEST(Spans, AreHandedOver) {
  std::vector<std::string> names;
  SpanObserver observer([&](const Span& span) { names.push_back(span.name); });
  observer.statement(event("policies.get", "SELECT 1"));
  EXPECT_EQ(names, std::vector<std::string>{"SELECT policies"});
}

}  // namespace
}  // namespace tenon::test
