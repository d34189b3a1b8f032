#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tenon/error.hpp>
#include <tenon/json.hpp>

namespace tenon {

namespace detail {
// A template, so that its name tells one build of nlohmann/json from another (its version,
// JSON_DIAGNOSTICS).
template <class Document>
struct ParsedDocument final : ParsedJson {
  explicit ParsedDocument(Document document) : value(std::move(document)) {}
  Document value;
};

// nlohmann/json copies and writes a document by recursion: a deeper one would exhaust the stack.
inline constexpr std::size_t deepest_document = 500;

template <class Document>
bool is_nested_deeper(const Document& value, std::size_t levels) {
  struct Open {
    typename Document::const_iterator next, end;
  };
  std::vector<Open> open;
  const auto enter = [&](const Document& part) {
    if (part.is_structured()) open.push_back({part.begin(), part.end()});
  };
  for (enter(value); !open.empty();) {
    if (open.size() > levels) return true;
    if (open.back().next == open.back().end) {
      open.pop_back();
    } else {
      enter(*open.back().next++);
    }
  }
  return false;
}
}  // namespace detail

/// The parsed document of a JSON text, made on the first call and kept in `json`; the reference lives until
/// `json` is changed, moved or destroyed. Numbers beyond a double and repeated keys, which the text keeps,
/// cannot be represented: the first is an error, of the second the last wins (nlohmann/json). It may be
/// nested as deep as the text is; nlohmann/json copies, compares and writes documents by recursion.
///
/// Throws `Error` (invalid_argument) when the text cannot be parsed.
/// Thread safety: may be called for one const Json from several threads.
template <class Document = nlohmann::json>
const Document& document(const Json& json) {
  using Parsed = detail::ParsedDocument<Document>;
  if (const detail::ParsedJson* kept = json.parsed()) return static_cast<const Parsed*>(kept)->value;
  try {
    auto parsed = std::make_unique<const Parsed>(Document::parse(json.text()));
    return static_cast<const Parsed*>(json.keep_parsed(std::move(parsed)))->value;
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(Error::Kind::invalid_argument,
                "JSON document: no JSON at byte " + std::to_string(error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    throw Error(Error::Kind::invalid_argument, "JSON document: a number is larger than a double holds");
  }
}

/// The document would outlive its text.
const nlohmann::json& document(const Json&& json) = delete;

/// The JSON text of a document, in nlohmann/json's compact form. Throws `Error` (invalid_argument) for one
/// that was discarded in parsing, is nested more than 500 levels deep, or holds a text that is not UTF-8.
[[nodiscard]] inline Json to_json_text(const nlohmann::json& value) {
  if (value.is_discarded())
    throw Error(Error::Kind::invalid_argument, "JSON document: it was discarded, for its text is no JSON");
  if (detail::is_nested_deeper(value, detail::deepest_document))
    throw Error(Error::Kind::invalid_argument, "JSON document: it is nested more than 500 levels deep");
  try {
    return Json::unchecked(value.dump());
  } catch (const nlohmann::json::exception&) {
    throw Error(Error::Kind::invalid_argument, "JSON document: a text in it is not UTF-8");
  }
}

}  // namespace tenon
