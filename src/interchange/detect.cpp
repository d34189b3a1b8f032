#include <algorithm>

#include <tenon/interchange.hpp>

#include "node.hpp"

namespace tenon::interchange {

Content detect(std::string_view json, std::string_view source) {
  const Source file{json, source};
  Node record(file);
  if (record.is_array()) {
    const std::vector<Node> elements = record.elements();
    if (elements.empty()) return Content::policies;
    record = elements.front();
  }
  if (!record.is_object()) record.refuse("expected an object or an array of objects");
  const auto has = [&](auto... names) { return (record.has(names) || ...); };
  if (has("projects", "request_id")) return Content::analyses;
  if (has("alerts", "labels", "alert_input")) return Content::incidents;
  return Content::policies;
}

}  // namespace tenon::interchange
