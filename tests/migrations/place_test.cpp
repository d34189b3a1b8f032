#include <string>

#include <gtest/gtest.h>

#include "migrate/script_place.hpp"
#include "splitting.hpp"

namespace tenon::test {
namespace {

using detail::excerpt;
using detail::place_of;

TEST(Place, CountsLinesAndCharactersFromOne) {
  const std::string text = "ab\r\ncäd\n\nx";
  EXPECT_EQ(place_of(text, 0).line, 1U);
  EXPECT_EQ(place_of(text, 0).column, 1U);
  EXPECT_EQ(place_of(text, 0).line_text, "ab");
  const auto d = place_of(text, text.find('d'), 10);
  EXPECT_EQ(d.line, 11U);
  EXPECT_EQ(d.column, 3U);
  EXPECT_EQ(d.line_text, "cäd");
  EXPECT_EQ(place_of(text, text.find('x')).line, 4U);
  EXPECT_EQ(place_of(text, 1000).column, 2U);
}

TEST(Place, FindsTheByteOfACharacter) {
  EXPECT_EQ(detail::offset_of_character("aäb", 1), 0U);
  EXPECT_EQ(detail::offset_of_character("aäb", 3), 3U);
  EXPECT_EQ(detail::offset_of_character("aäb", 99), 4U);
  EXPECT_EQ(detail::offset_of_character("aäb", 0), 0U);
}

TEST(Place, PutsACaretBelowTheColumn) {
  EXPECT_EQ(excerpt(place_of("SELECT\n\tä TABEL x", 10)), "  2 | \tä TABEL x\n    | \t ^");
  EXPECT_EQ(excerpt(place_of("SELECT\n\tä TABEL x", 11)), "  2 | \tä TABEL x\n    | \t  ^");
  EXPECT_EQ(excerpt(place_of("", 0)), "  1 | \n    | ^");
}

TEST(Place, ShowsThePartOfALongLine) {
  const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
  const std::string shown = excerpt(place_of(line, 500));
  const std::size_t newline = shown.find('\n');
  const std::string first = shown.substr(0, newline);
  const std::string second = shown.substr(newline + 1);
  EXPECT_LT(first.size(), 120U);
  // Each ellipsis is one character of three bytes.
  EXPECT_EQ(first.find('X') - 2, second.find('^'));
  EXPECT_EQ(shown.find("…"), 6U);
  EXPECT_TRUE(first.ends_with("…"));
}

TEST(Failure, NamesPlaceStatementAndHint) {
  const std::string sql = "CREATE TABLE a (x int);\nCREATE TABLE b (\n  y intt\n);\n";
  const auto script = detail::read_script(sql, postgres, "7_b.up.sql", 5);
  const std::string text = describe(
      script, {1, script.statements[1].text.find("intt"), "type \"intt\" does not exist", "Perhaps int."});
  EXPECT_EQ(text,
            "7_b.up.sql:7:5: type \"intt\" does not exist\n"
            "  in statement 2 of 2, which begins on line 6: CREATE TABLE b (\n"
            "  7 |   y intt\n"
            "    |     ^\n"
            "  hint: Perhaps int.");
}

TEST(Failure, PointsAtTheStatementWhenTheDatabaseNamesNoPlace) {
  const auto script = detail::read_script("SELECT 1;\n  DROP TABLE t;", sqlite);
  EXPECT_EQ(describe(script, {1, std::nullopt, "no such table: t", ""}),
            "line 2, column 3: no such table: t\n  in statement 2 of 2\n  2 |   DROP TABLE t;\n    |   ^");
}

}  // namespace
}  // namespace tenon::test
