#pragma once

#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/time_text.hpp>
#include <tenon/error.hpp>
#include <tenon/json_document.hpp>
#include <tenon/time.hpp>

// Described structs and vectors as JSON columns: with this header included, an entity may have a member
// `Address address` or `std::vector<std::string> tags`, stored as one JSON value.
//
// Members may be what a column may be, vectors, and further described structs. Enums are their names,
// Uuid, Timestamp (RFC 3339), Date and Decimal are texts, an empty optional is null. On reading, members
// that are absent keep their defaults and names that are unknown are passed over, so that old rows stay
// readable when the struct grows.
//
// A `Json` within such a struct is part of the column's document: unlike one that is a column itself, it
// comes back as nlohmann/json writes it, compact, with the last of repeated keys and with numbers as a
// double or a 64-bit integer holds them.
//
// A column is nested at most 500 levels deep: a deeper one is refused (invalid_argument), and as a stored
// one corrupt.

namespace tenon::detail {

template <class M>
struct is_vector : std::false_type {};
template <class E>
struct is_vector<std::vector<E>> : std::bool_constant<!std::same_as<E, std::byte>> {};

inline void refuse_too_deep(const nlohmann::json& source) {
  if (is_nested_deeper(source, deepest_document))
    refuse_value("a JSON column is nested more than 500 levels deep");
}

// Called with its namespace: a host may have a function of this name for its types.
template <class M>
nlohmann::json to_document(const M& value) {
  if constexpr (is_optional<M>::value) {
    return value ? detail::to_document(*value) : nlohmann::json();
  } else if constexpr (is_vector<M>::value) {
    nlohmann::json array = nlohmann::json::array();
    for (const typename M::value_type& element : value) array.push_back(detail::to_document(element));
    return array;
  } else if constexpr (std::same_as<M, Json>) {
    const nlohmann::json& parsed = document(value);
    refuse_too_deep(parsed);  // before it is copied
    return parsed;
  } else if constexpr (std::is_arithmetic_v<M> || std::same_as<M, std::string>) {
    if constexpr (std::floating_point<M>) {
      if (!std::isfinite(value))
        refuse_value("a number in a JSON column is infinite or NaN, which JSON cannot say");
    }
    return value;
  } else if constexpr (std::same_as<M, Uuid>) {
    return to_string(value);
  } else if constexpr (std::same_as<M, Timestamp> || std::same_as<M, Date>) {
    return time_text(value);
  } else if constexpr (std::same_as<M, Decimal>) {
    return value.text();
  } else if constexpr (DescribedEnum<M>) {
    Scratch scratch;
    return std::string(Codec<M>::encode(value, scratch).bytes());
  } else {
    static_assert(described_struct<M>, "tenon: this type cannot be part of a JSON column");
    nlohmann::json object = nlohmann::json::object();
    Columns<M>::for_each([&](auto i) {
      object.emplace(std::string(Columns<M>::names[i]),
                     detail::to_document(value.*Columns<M>::template descriptor<i>::pointer));
    });
    return object;
  }
}

template <class Parsed, class M>
void take_parsed(Parsed&& parsed, M& value) {
  if (!parsed) refuse_stored_value("a text in a JSON column is not what its member takes");
  value = *std::forward<Parsed>(parsed);
}

template <class M>
void from_document(const nlohmann::json& source, M& value) {
  if constexpr (is_optional<M>::value) {
    if (source.is_null()) {
      value.reset();
    } else {
      detail::from_document(source, value.emplace());
    }
  } else if constexpr (is_vector<M>::value) {
    if (!source.is_array()) refuse_stored_value("a JSON column has no array where its member is a vector");
    value.clear();
    for (const nlohmann::json& element : source) {
      typename M::value_type read{};
      detail::from_document(element, read);
      value.push_back(std::move(read));
    }
  } else if constexpr (std::same_as<M, Json>) {
    value.assign_unchecked(source.dump());
  } else if constexpr (std::is_arithmetic_v<M> || std::same_as<M, std::string>) {
    if constexpr (integer_member<M>) {
      if (!source.is_number_integer())
        refuse_stored_value("a JSON column has no whole number where its member is one");
      const bool fits = source.is_number_unsigned() ? std::in_range<M>(source.get<std::uint64_t>())
                                                    : std::in_range<M>(source.get<std::int64_t>());
      if (!fits) refuse_stored_value("a number in a JSON column is beyond what its member holds");
    }
    source.get_to(value);
  } else if constexpr (std::same_as<M, Uuid>) {
    take_parsed(Uuid::parse(source.get_ref<const std::string&>()), value);
  } else if constexpr (std::same_as<M, Timestamp>) {
    take_parsed(parse_timestamp(source.get_ref<const std::string&>()), value);
  } else if constexpr (std::same_as<M, Date>) {
    take_parsed(parse_date(source.get_ref<const std::string&>()), value);
  } else if constexpr (std::same_as<M, Decimal>) {
    take_parsed(Decimal::parse(source.get_ref<const std::string&>()), value);
  } else if constexpr (DescribedEnum<M>) {
    Codec<M>::decode(backend::Value::text(source.get_ref<const std::string&>()), value);
  } else {
    static_assert(described_struct<M>, "tenon: this type cannot be part of a JSON column");
    if (!source.is_object())
      refuse_stored_value("a JSON column has no object where its member is a struct");
    Columns<M>::for_each([&](auto i) {
      if (const auto part = source.find(std::string(Columns<M>::names[i])); part != source.end())
        detail::from_document(*part, value.*Columns<M>::template descriptor<i>::pointer);
    });
  }
}

}  // namespace tenon::detail

namespace tenon {

template <class M>
requires(detail::described_struct<M> || detail::is_vector<M>::value) struct Codec<M> {
  static constexpr backend::Type type = backend::Type::json;
  static backend::Value encode(const M& value, Scratch& scratch) {
    try {
      const nlohmann::json source = detail::to_document(value);
      detail::refuse_too_deep(source);
      return backend::Value::json(scratch.keep(source.dump()), true);
    } catch (const nlohmann::json::exception&) {
      detail::refuse_value("a text in a JSON column is not valid UTF-8");
    }
  }
  static void decode(const backend::Value& v, M& value) {
    try {
      const nlohmann::json source = nlohmann::json::parse(v.bytes());
      if (detail::is_nested_deeper(source, detail::deepest_document))
        detail::refuse_stored_value("a JSON column is nested more than 500 levels deep");
      detail::from_document(source, value);
    } catch (const nlohmann::json::exception&) {
      detail::refuse_stored_value("a JSON column is not what its member takes");
    }
  }
};

}  // namespace tenon
