#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/json_column.hpp>

namespace app {

struct Address {
  std::string street;
};
BOOST_DESCRIBE_STRUCT(Address, (), (street))
// For another purpose, and found by the type of its argument.
inline nlohmann::json to_document(const Address& address) {
  return {{"str", address.street}};
}
inline void from_document(const nlohmann::json&, Address& address) {
  address.street = "another";
}

}  // namespace app

namespace tenon {
namespace {

// The host's function took the place of the library's.
TEST(JsonColumn, IsWrittenAndReadByTheLibraryWhateverFunctionsTheHostHas) {
  const std::vector<app::Address> addresses{{"Elm Street"}};
  Scratch scratch;
  const backend::Value value = Codec<std::vector<app::Address>>::encode(addresses, scratch);
  EXPECT_EQ(value.bytes(), R"([{"street":"Elm Street"}])");
  std::vector<app::Address> read;
  Codec<std::vector<app::Address>>::decode(value, read);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].street, "Elm Street");
}

// A test of each backend stores less: PostgreSQL refuses what is nested so deep.
TEST(JsonColumn, ThatIsNestedWithoutEndIsCorrupt) {
  constexpr std::size_t depth = 200'000;
  const std::string text = R"([{"street":)" + std::string(depth, '[') + std::string(depth, ']') + "}]";
  std::vector<app::Address> read;
  try {
    Codec<std::vector<app::Address>>::decode(backend::Value::json(text, true), read);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::corrupt);
  }
}

}  // namespace
}  // namespace tenon
