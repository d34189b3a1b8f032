#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <tenon/observers/spans.hpp>

namespace tenon {
namespace {

std::string upper(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return folded;
}

bool is_store(std::string_view store) {
  return store != "transaction" && store != "raw";
}

// The SQL command: the text's first word, or what the call on the transaction is.
std::string command_of(const StatementEvent& event) {
  if (event.store() == "transaction") return upper(event.operation());
  return upper(event.sql.substr(0, event.sql.find_first_of(" \n\t(")));
}

class Attributes {
 public:
  explicit Attributes(Span& span) : span_(span) {}
  void add(std::string_view key, std::string value) {
    if (!value.empty()) span_.attributes.push_back({key, std::move(value)});
  }
  void add(std::string_view key, std::uint64_t value) {
    span_.attributes.push_back({key, static_cast<std::int64_t>(value)});
  }

 private:
  Span& span_;
};

void describe_failure(Span& span, Attributes& attributes, const StatementEvent& event) {
  if (event.error == nullptr && !event.interrupted) return;
  span.failed = true;
  attributes.add("error.type", std::string(event.outcome()));
  if (event.error == nullptr) return;
  span.description = event.error->what();
  attributes.add("db.response.status_code", event.error->sqlstate());
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace

Span to_span(const StatementEvent& event, SpanOptions options) {
  Span span;
  span.start = event.started;
  span.duration = event.duration;
  const std::string command = command_of(event);
  const std::string collection = is_store(event.store()) ? std::string(event.store()) : std::string();
  const std::string summary = collection.empty() || command.empty() ? command : command + " " + collection;
  const std::string& target = collection.empty() ? event.database.name : collection;
  span.name = command.empty() ? event.database.system : target.empty() ? command : command + " " + target;

  Attributes attributes(span);
  attributes.add("db.system.name", event.database.system);
  attributes.add("db.namespace", event.database.name);
  attributes.add("db.collection.name", collection);
  attributes.add("db.operation.name", command);
  attributes.add("db.query.summary", summary);
  if (options.query_text) attributes.add("db.query.text", std::string(event.sql));
  if (event.batch > 1) attributes.add("db.operation.batch.size", event.batch);
  if (!event.writes) attributes.add("db.response.returned_rows", event.rows);
  attributes.add("server.address", event.database.host);
  if (event.database.port != 0) attributes.add("server.port", event.database.port);
  attributes.add("tenon.statement", std::string(event.name));
  attributes.add("tenon.round_trips", event.round_trips);
  if (event.tenant_hash) attributes.add("tenon.tenant.hash", hexadecimal(*event.tenant_hash));
  describe_failure(span, attributes, event);
  return span;
}

SpanObserver::SpanObserver(Sink sink, SpanOptions options) : sink_(std::move(sink)), options_(options) {}

void SpanObserver::statement(const StatementEvent& event) {
  sink_(to_span(event, options_));
}

}  // namespace tenon
