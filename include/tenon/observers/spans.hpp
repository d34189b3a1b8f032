#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/observer.hpp>

namespace tenon {

/// A finished client span of one statement, as OpenTelemetry's semantic conventions for SQL databases
/// describe it (https://opentelemetry.io/docs/specs/semconv/db/sql/). Its parent is whatever span is
/// current on the thread that hands it over.
struct Span {
  struct Attribute {
    std::string_view key;  ///< "db.system.name"; a literal
    std::variant<std::string, std::int64_t> value;
  };

  std::string name;  ///< "INSERT policies", "COMMIT ops"
  std::chrono::system_clock::time_point start{};
  std::chrono::nanoseconds duration{0};
  bool failed = false;
  std::string description;  ///< of the failure
  std::vector<Attribute> attributes;
};

/// What goes into spans beyond the conventions' required attributes.
struct SpanOptions {
  bool query_text = false;  ///< db.query.text: the statement with placeholders, never raw SQL
};

/// Makes a span of every statement and hands it to `sink`, which passes it to a tracer of the host: with
/// the OpenTelemetry SDK by StartSpan with the start time given, then End with the end time
/// (docs/observability.md shows it). tenon itself does not depend on the SDK.
///
/// Attributes: db.system.name, db.namespace, db.collection.name, db.operation.name,
/// db.operation.batch.size, db.query.summary, db.query.text, db.response.returned_rows,
/// db.response.status_code, error.type, server.address, server.port; and tenon's own tenon.statement,
/// tenon.round_trips, tenon.tenant.hash.
///
/// Thread safety: as Observer; `sink` is called from many threads at once.
class TENON_API SpanObserver final : public Observer {
 public:
  using Sink = std::function<void(const Span&)>;

  explicit SpanObserver(Sink sink, SpanOptions options = {});
  void statement(const StatementEvent& event) override;

 private:
  Sink sink_;
  SpanOptions options_;
};

/// The span of an event.
[[nodiscard]] TENON_API Span to_span(const StatementEvent& event, SpanOptions options = {});

}  // namespace tenon
