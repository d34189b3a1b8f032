#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>

namespace tenon {

namespace detail {
// How one part of a key is passed: a string as a view, everything else by value.
template <class M>
using KeyPart = std::conditional_t<std::same_as<M, std::string>, std::string_view, M>;

// The values of a key of these members, for all entities that have such a one.
template <class... M>
struct KeyValues {
  static constexpr std::size_t count = sizeof...(M);
  std::tuple<KeyPart<M>...> parts;

  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    std::apply([&](const auto&... part) { ((*out++ = Codec<M>::encode(part, scratch)), ...); }, parts);
    return out;
  }
};
}  // namespace detail

/// An entity's key within its tenant, for passing to a repository: `get("monthly-cap")`,
/// `get({site_id, day})`. It refers to the strings it is made from; do not keep it.
template <class T>
class Key {
 public:
  static constexpr std::size_t size = detail::Entity<T>::key_count;

  template <class... Parts,
            class = std::enable_if_t<sizeof...(Parts) == size &&
                                     !(std::same_as<std::remove_cvref_t<Parts>, Key> || ...)>>
  // NOLINTNEXTLINE(google-explicit-constructor): get("id") is its use
  Key(Parts&&... parts) : Key(std::make_index_sequence<size>{}, std::forward<Parts>(parts)...) {}

  /// The key of an entity that outlives the result.
  [[nodiscard]] static Key of(const T& entity) { return of(entity, std::make_index_sequence<size>{}); }

  /// Writes the values for a statement, which may point into this; returns the end.
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    return values_.encode(out, scratch);
  }
  [[nodiscard]] const auto& values() const noexcept { return values_; }

 private:
  template <std::size_t K>
  using Member = typename detail::Entity<T>::template key_type<K>;
  template <std::size_t... K>
  static detail::KeyValues<Member<K>...> values_of(std::index_sequence<K...>);
  using Values = decltype(values_of(std::make_index_sequence<size>{}));

  template <std::size_t K, class Part>
  static detail::KeyPart<Member<K>> part(Part&& value) {
    static_assert(detail::stands_for<detail::KeyPart<Member<K>>, Part>,
                  "tenon: this value is not of the type of the entity's key member");
    return detail::checked_value<detail::KeyPart<Member<K>>>(std::forward<Part>(value));
  }

  template <std::size_t... K, class... Parts>
  Key(std::index_sequence<K...>, Parts&&... parts) : values_{{part<K>(std::forward<Parts>(parts))...}} {}

  template <std::size_t... K>
  static Key of(const T& entity, std::index_sequence<K...>) {
    return Key(entity.*std::get<K>(Table<T>::key)...);
  }

  Values values_;
};

}  // namespace tenon
