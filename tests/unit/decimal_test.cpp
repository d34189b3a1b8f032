#include <string>

#include <gtest/gtest.h>

#include <tenon/decimal.hpp>
#include <tenon/error.hpp>

namespace tenon {
namespace {

TEST(Decimal, IsZeroByDefault) {
  EXPECT_EQ(Decimal().text(), "0");
}

TEST(Decimal, HasOneTextForEachNumberAndScale) {
  EXPECT_EQ(Decimal("1.50").text(), "1.50");
  EXPECT_EQ(Decimal("001.50").text(), "1.50");
  EXPECT_EQ(Decimal("+7").text(), "7");
  EXPECT_EQ(Decimal("-0").text(), "0");
  EXPECT_EQ(Decimal("-0.00").text(), "0.00");
  EXPECT_EQ(Decimal("000").text(), "0");
  EXPECT_EQ(Decimal("-00.10").text(), "-0.10");
}

TEST(Decimal, KeepsEveryDigit) {
  const std::string digits = "-123456789012345678901234567890.098765432109876543210987654321";
  EXPECT_EQ(Decimal(digits).text(), digits);
  EXPECT_EQ(Decimal(std::string(1000, '9')).text().size(), 1000U);
}

TEST(Decimal, IsEqualByItsNumber) {
  EXPECT_EQ(Decimal("1.50"), Decimal("1.5"));
  EXPECT_EQ(Decimal("100.000"), Decimal("100"));
  EXPECT_EQ(Decimal("0.00"), Decimal("0"));
  EXPECT_NE(Decimal("100"), Decimal("1"));
  EXPECT_NE(Decimal("1.5"), Decimal("-1.5"));
  EXPECT_NE(Decimal("10"), Decimal("1.0"));
}

TEST(Decimal, IsNotReadFromOtherText) {
  for (const std::string& text :
       {std::string(),         std::string("-"),     std::string("+"),       std::string("."),
        std::string(".5"),     std::string("5."),    std::string("1e5"),     std::string("0x10"),
        std::string("1,5"),    std::string(" 1"),    std::string("1 "),      std::string("--1"),
        std::string("+-1"),    std::string("1.2.3"), std::string("NaN"),     std::string("Infinity"),
        std::string("1\0", 2), std::string("١"),     std::string(1001, '9'), std::string(2000, '0')}) {
    EXPECT_EQ(Decimal::parse(text), std::nullopt) << text;
    EXPECT_THROW(Decimal{text}, Error) << text;
  }
}

TEST(Decimal, GivesTheNearestDouble) {
  EXPECT_EQ(Decimal("1.50").to_double(), 1.5);
  EXPECT_EQ(Decimal("-0.1").to_double(), -0.1);
  EXPECT_EQ(Decimal("123456789012345678901234567890").to_double(), 123456789012345678901234567890.0);
}

}  // namespace
}  // namespace tenon
