#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tenon/analysis.hpp>
#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/time_text.hpp>
#include <tenon/export.hpp>
#include <tenon/incident.hpp>
#include <tenon/policy.hpp>

// Files in and out: policies, Infracost breakdowns, Alertmanager webhooks, and exports of all three.
//
// Every reader takes the whole text and a name for it (the file's), checks everything, and only then
// returns anything. What it refuses is an `Error` (invalid_argument) of the form
//
//     policies.json:4:15: /1/budget: must not be negative
//
// with line and column (from 1, in characters) and the JSON pointer (RFC 6901) of the field. These messages
// may quote a few characters of the file, which is the caller's own input.
//
// Thread safety: free functions without state. Complexity: linear in the text.

namespace tenon::interchange {

/// Policies: one object or an array of objects, whose fields are the members of Policy. `id` and `name` are
/// needed, the others have Policy's defaults. `expression` may be written for `expression_json`. Fields
/// that are unknown, ids that stand twice, and expressions that check_policy_expression refuses are errors.
[[nodiscard]] TENON_API std::vector<Policy> read_policies(std::string_view json, std::string_view source);

struct AnalysisOptions {
  /// Environment of an Infracost project whose Terraform workspace is absent or "default".
  std::string environment = "production";
};

/// Analyses, from Infracost's JSON (format 0.2, https://www.infracost.io/docs/features/cli_commands) or
/// from what append_json wrote (one object or an array).
///
/// An Infracost file gives one analysis for each project:
/// - request_id: `NAME@COMMIT@TIME`, without `@COMMIT` when the file has no vcsCommitSha; a project whose
///   name stands again in the file gets `#2`, `#3`. The same file always gives the same ids.
/// - started_at: timeGenerated. iac_type: metadata.type up to its first underscore ("terraform").
/// - environment: metadata.terraformWorkspace, else as the options say.
/// - estimated_monthly_cost: breakdown.totalMonthlyCost, 0 when Infracost could not tell.
///   estimated_first_week_cost: 168 hours of breakdown.totalHourlyCost, else 168/730 of the month.
/// - resource_count: how many resources the breakdown lists. policy_status: not_evaluated.
/// - risk_flags: `monthly_cost_unknown`, `unsupported_resources` (count), `cost_increase` (from, to: when
///   pastBreakdown costs something and breakdown costs more); each an object with `type`.
/// - result_json: the project's own text, byte for byte.
[[nodiscard]] TENON_API std::vector<Analysis> read_analyses(std::string_view json, std::string_view source,
                                                            const AnalysisOptions& options = {});

/// Incidents, from an Alertmanager webhook (version 4: one incident for each of `alerts`), a single alert
/// (an object with `labels`), what append_json wrote, or an array of the last two. An alert becomes an
/// incident as IncidentStore::from_alert says, with its own text byte for byte; alerts are not merged.
[[nodiscard]] TENON_API std::vector<Incident> read_incidents(std::string_view json,
                                                             std::string_view source);

enum class Content : std::uint8_t { policies, analyses, incidents };

/// What a file holds, by its fields: `projects` or `request_id`: analyses; `alerts`, `labels` or
/// `alert_input`: incidents; else policies. Of an array, the first element decides. Throws as the readers
/// when the text is not JSON.
[[nodiscard]] TENON_API Content detect(std::string_view json, std::string_view source);

namespace detail {

TENON_API void append_text(std::string& out, std::string_view value);
TENON_API void append_number(std::string& out, double value);
TENON_API void append_number(std::string& out, std::int64_t value);
TENON_API void append_number(std::string& out, std::uint64_t value);

template <class M>
void append_value(std::string& out, const M& value) {
  if constexpr (tenon::detail::is_optional<M>::value) {
    if (value) {
      detail::append_value(out, *value);
    } else {
      out += "null";
    }
  } else if constexpr (std::is_same_v<M, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (tenon::detail::integer_member<M>) {
    append_number(
        out, static_cast<std::conditional_t<std::is_unsigned_v<M>, std::uint64_t, std::int64_t>>(value));
  } else if constexpr (std::is_floating_point_v<M>) {
    append_number(out, static_cast<double>(value));
  } else if constexpr (std::is_same_v<M, Json>) {
    if (!is_json(value.text())) tenon::detail::refuse_stored_value("a JSON member holds no JSON");
    out += value.text();
  } else if constexpr (std::is_same_v<M, std::string>) {
    append_text(out, value);
  } else if constexpr (DescribedEnum<M>) {
    Scratch scratch;
    append_text(out, Codec<M>::encode(value, scratch).bytes());
  } else if constexpr (std::is_same_v<M, Decimal>) {
    append_text(out, value.text());
  } else if constexpr (std::is_same_v<M, Uuid>) {
    append_text(out, to_string(value));
  } else {
    append_text(out, tenon::detail::time_text(value));
  }
}

}  // namespace detail

/// Appends a described struct as one JSON object: its members by name, Json members byte for byte as they
/// are, timestamps in RFC 3339, an empty optional as null. With a tenant, `tenant_id` leads; such an object
/// does not read back, because a tenant comes from the scope only.
///
/// Policy, Analysis and Incident read back equal with the readers above, except that an optional Json which
/// holds JSON's null reads back empty, and white space around a Json is lost. Throws `Error`:
/// invalid_argument for an infinite number, a text that is not UTF-8 or a time outside the years 0000 to
/// 9999, which cannot be said; corrupt for a Json that is none, as raw SQL can leave it on SQLite.
template <class T>
requires tenon::detail::described_struct<T>
void append_json(std::string& out, const T& entity, std::optional<std::string_view> tenant = {}) {
  using Columns = tenon::detail::Columns<T>;
  out += '{';
  if (tenant) {
    out += "\"tenant_id\":";
    detail::append_text(out, *tenant);
  }
  Columns::for_each([&](auto i) {
    if (i > 0 || tenant) out += ',';
    detail::append_text(out, Columns::names[i]);
    out += ':';
    detail::append_value(out, entity.*Columns::template descriptor<i>::pointer);
  });
  out += '}';
}

/// The struct as append_json writes it.
template <class T>
requires tenon::detail::described_struct<T>
[[nodiscard]] std::string to_json(const T& entity) {
  std::string out;
  append_json(out, entity);
  return out;
}

}  // namespace tenon::interchange
