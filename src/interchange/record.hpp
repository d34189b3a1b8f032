#pragma once

#include <array>
#include <charconv>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/json.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

#include "node.hpp"

// An object whose fields are the members of a described struct.

namespace tenon::interchange {

template <DescribedEnum E>
std::string names_of() {
  std::string names;
  for_each_enumerator<E>([&](E, std::string_view name) { (names += names.empty() ? "" : ", ") += name; });
  return names;
}

template <class M>
void read_value(const Node& node, M& value) {
  if constexpr (tenon::detail::is_optional<M>::value) {
    if (node.is_null()) {
      value.reset();
    } else {
      read_value(node, value.emplace());
    }
  } else if constexpr (std::is_same_v<M, bool>) {
    if (node.kind() != Node::Kind::boolean) node.refuse("expected true or false");
    value = node.raw() == "true";
  } else if constexpr (tenon::detail::integer_member<M>) {
    const std::string_view raw = node.raw();
    const auto [end, problem] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (problem != std::errc{} || end != raw.data() + raw.size())
      node.refuse("expected a whole number of at most 63 bits");
  } else if constexpr (std::is_same_v<M, double>) {
    value = node.number();
  } else if constexpr (std::is_same_v<M, std::string>) {
    value = node.text();
  } else if constexpr (std::is_same_v<M, Json>) {
    value.assign(node.raw());
  } else if constexpr (std::is_same_v<M, Uuid>) {
    const auto id = Uuid::parse(node.text());
    if (!id) node.refuse("not a UUID of 36 characters");
    value = *id;
  } else if constexpr (std::is_same_v<M, Timestamp>) {
    const auto time = parse_timestamp(node.text());
    if (!time) node.refuse("not a time of RFC 3339, as in 2026-11-21T08:30:00Z");
    value = *time;
  } else {
    const std::string name = node.text();
    const std::optional<M> parsed = parse_enum<M>(name);
    if (!parsed) node.refuse("expected one of " + names_of<M>());
    value = *parsed;
  }
}

// Reads the fields of `node` into `record`; `alias` may stand for the field `aliased`.
template <class T>
void read_record(const Node& node, T& record, std::initializer_list<std::string_view> required,
                 std::string_view alias = {}, std::string_view aliased = {}) {
  using Columns = tenon::detail::Columns<T>;
  std::array<bool, Columns::count> seen{};
  for (const auto& [name, value] : node.members()) {
    const std::size_t column = Columns::index_of(!alias.empty() && name == alias ? aliased : name);
    if (name == "tenant_id")
      value.refuse("rows of several tenants cannot be read; export one tenant with --tenant");
    if (column == Columns::none) {
      std::string known;
      for (const std::string_view field : Columns::names) (known += known.empty() ? "" : ", ") += field;
      value.refuse("unknown field; the fields are " + known);
    }
    if (std::exchange(seen[column], true)) value.refuse("the field stands twice");
    Columns::for_each([&](auto i) {
      if (i == column) read_value(value, record.*Columns::template descriptor<i>::pointer);
    });
  }
  for (const std::string_view name : required)
    if (!seen[Columns::index_of(name)]) node.refuse(std::string("the field ").append(name) + " is missing");
}

// Refuses a number below zero, with the place of its field.
template <class N>
void refuse_negative(const Node& record, std::string_view name, N value) {
  if (value < 0) record.require(name).refuse("must not be negative");
}

// The elements of an array, or the one value that there is.
inline std::vector<Node> one_or_many(const Node& root) {
  return root.is_array() ? root.elements() : std::vector<Node>{root};
}

// Notes where a key stands first; refuses it the second time.
class SeenOnce {
 public:
  void note(const Node& record, const std::string& key, std::string_view field) {
    const auto [first, fresh] = seen_.emplace(key, record.pointer());
    if (!fresh)
      record.refuse(std::string(field) + " stands in this file already, at " +
                    (first->second.empty() ? "the top" : first->second));
  }

 private:
  std::map<std::string, std::string> seen_;
};

}  // namespace tenon::interchange
