#include <tenon/finding.hpp>

namespace tenon {

std::string to_string(const Finding& finding) {
  std::string text = finding.severity == FindingSeverity::error ? "error " : "warning ";
  text += finding.name;
  if (!finding.object.empty()) text += " (" + finding.object + ")";
  return text + ": " + finding.what + "; " + finding.remedy;
}

}  // namespace tenon
