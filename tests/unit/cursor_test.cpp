#include <array>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include <tenon/detail/find.hpp>
#include <tenon/error.hpp>
#include <tenon/uuid.hpp>

namespace tenon {
namespace {

using backend::Type;
using backend::Value;

TEST(Cursor, BringsEveryTypeBack) {
  const Uuid id = Uuid::random();
  const std::string text = "a'b\"c\\🦊";
  const std::array written{Value::boolean(true),
                           Value::integral(Type::int64, std::numeric_limits<std::int64_t>::min()),
                           Value::integral(Type::timestamp, -1),
                           Value::integral(Type::date, 7),
                           Value::real(-0.1),
                           Value::text(text),
                           Value::text(""),
                           Value::bytes(Type::decimal, "1.50"),
                           Value::uuid(id.bytes)};
  std::array<Type, written.size()> types{};
  for (std::size_t i = 0; i < written.size(); ++i) types[i] = written[i].type();
  const Cursor cursor = detail::write_cursor(77, written);
  EXPECT_EQ(
      cursor.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);

  std::array<Value, written.size()> read;
  std::string storage;
  detail::read_cursor(cursor, 77, types, read, storage);
  EXPECT_EQ(read[0].integral(), 1);
  EXPECT_EQ(read[1].integral(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read[2].integral(), -1);
  EXPECT_EQ(read[3].integral(), 7);
  EXPECT_EQ(read[4].real(), -0.1);
  EXPECT_EQ(read[5].bytes(), text);
  EXPECT_EQ(read[6].bytes(), "");
  EXPECT_EQ(read[7].bytes(), "1.50");
  EXPECT_EQ(read[8].uuid(), id.bytes);
  EXPECT_THROW(detail::read_cursor(cursor, 78, types, read, storage), Error);
}

TEST(Cursor, IsRefusedWhenItIsCutOrHasAnotherType) {
  const std::array written{Value::text("some text"), Value::integral(Type::int64, 5)};
  const std::array types{Type::text, Type::int64};
  const std::string good = detail::write_cursor(1, written).text;
  std::array<Value, 2> read;
  std::string storage;
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_THROW(detail::read_cursor({good.substr(0, length)}, 1, types, read, storage), Error) << length;
  const std::array other{Type::text, Type::timestamp};
  EXPECT_THROW(detail::read_cursor({good}, 1, other, read, storage), Error);
}

TEST(Cursor, BelongsToATenantAndAnOrder) {
  EXPECT_NE(detail::cursor_shape(1, "acme"), detail::cursor_shape(1, "globex"));
  EXPECT_NE(detail::cursor_shape(1, "acme"), detail::cursor_shape(2, "acme"));
}

}  // namespace
}  // namespace tenon
