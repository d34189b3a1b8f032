#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source.hpp"

namespace tenon::interchange {

// A value of a text that is known to be JSON: where it stands, and its own bytes. Members and elements are
// found by scanning (json_scan.hpp). A name that stands twice in an object means its last value.
class Node {
 public:
  enum class Kind { null, boolean, number, text, array, object };

  // The whole of a source. Refuses text that is not JSON.
  explicit Node(const Source& source);

  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == Kind::object; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == Kind::array; }
  // The value as it is written.
  [[nodiscard]] std::string_view raw() const noexcept { return raw_; }
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }

  [[noreturn]] void refuse(std::string_view why) const;

  // Each of these refuses a value of another type.
  [[nodiscard]] std::vector<std::pair<std::string, Node>> members() const;
  [[nodiscard]] std::vector<Node> elements() const;
  [[nodiscard]] std::string text() const;  // without NUL, which the databases cannot keep
  [[nodiscard]] double number() const;

  // True for an object that has the member, be it null.
  [[nodiscard]] bool has(std::string_view name) const;
  // A member that is there and not null.
  [[nodiscard]] std::optional<Node> find(std::string_view name) const;
  [[nodiscard]] Node require(std::string_view name) const;
  // The value at an RFC 6901 pointer below this one, or the nearest that is there.
  [[nodiscard]] Node nearest(std::string_view pointer) const;

 private:
  Node(const Source& source, std::string pointer, std::string_view raw)
      : source_(&source), pointer_(std::move(pointer)), raw_(raw) {}
  void expect(Kind kind, std::string_view what) const;
  [[nodiscard]] Node child(std::string_view token, std::string_view raw) const;

  const Source* source_;
  std::string pointer_;
  std::string_view raw_;
};

}  // namespace tenon::interchange
