#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/repository.hpp>

namespace tenon {
namespace host {

struct SiteId {
  std::string text;
};
struct Visit {
  SiteId site;
  Blob mark;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(Visit, (), (site, mark, note))

}  // namespace host

template <>
struct Codec<host::SiteId> {
  static constexpr backend::Type type = backend::Type::text;
  static backend::Value encode(const host::SiteId& id, Scratch&) { return backend::Value::text(id.text); }
  static void decode(const backend::Value& v, host::SiteId& id) { id.text = v.bytes(); }
};
template <>
struct Table<host::Visit> {
  static constexpr auto name = "visits";
  static constexpr auto key = std::tuple{&host::Visit::site, &host::Visit::mark};
};

namespace {

// The values pointed into a key that was gone: what the heap had written over it was compared.
TEST(Key, OfTypesThatAreNoStringsIsComparedWhileItIsThere) {
  const auto visit = [](const std::string& site, char mark) {
    return host::Visit{
        {site + ", which no short string holds"}, Blob(40, static_cast<std::byte>(mark)), ""};
  };
  const std::vector<host::Visit> different{visit("a", 1), visit("b", 1), visit("a", 2)};
  EXPECT_NO_THROW(detail::refuse_repeated_keys<host::Visit>(different));
  const std::vector<host::Visit> repeated{visit("a", 1), visit("b", 1), visit("a", 1)};
  EXPECT_THROW(detail::refuse_repeated_keys<host::Visit>(repeated), Error);
}

}  // namespace
}  // namespace tenon
