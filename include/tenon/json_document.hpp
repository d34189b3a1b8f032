#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include <tenon/error.hpp>
#include <tenon/json.hpp>

namespace tenon {

namespace detail {
struct ParsedDocument final : ParsedJson {
  explicit ParsedDocument(nlohmann::json document) : value(std::move(document)) {}
  nlohmann::json value;
};
}  // namespace detail

/// The parsed document of a JSON text, made on the first call and kept in `json`; the reference lives until
/// `json` is changed, moved or destroyed. Numbers beyond a double and repeated keys, which the text keeps,
/// cannot be represented: the first is an error, of the second the last wins (nlohmann/json).
///
/// Throws `Error` (invalid_argument) when the text cannot be parsed.
/// Thread safety: may be called for one const Json from several threads.
inline const nlohmann::json& document(const Json& json) {
  if (const detail::ParsedJson* kept = json.parsed())
    return static_cast<const detail::ParsedDocument*>(kept)->value;
  try {
    auto parsed = std::make_unique<const detail::ParsedDocument>(nlohmann::json::parse(json.text()));
    return static_cast<const detail::ParsedDocument*>(json.keep_parsed(std::move(parsed)))->value;
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(Error::Kind::invalid_argument,
                "JSON document: no JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    throw Error(Error::Kind::invalid_argument, "JSON document: a number is larger than a double holds");
  }
}

/// The document would outlive its text.
const nlohmann::json& document(const Json&& json) = delete;

/// The JSON text of a document, in nlohmann/json's compact form.
[[nodiscard]] inline Json to_json_text(const nlohmann::json& value) {
  return Json::unchecked(value.dump());
}

}  // namespace tenon
