#include <limits>
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

TEST(Decimal, IsOrderedByItsNumber) {
  EXPECT_LT(Decimal("9.9"), Decimal("10"));
  EXPECT_LT(Decimal("-10"), Decimal("-9.99"));
  EXPECT_LT(Decimal("-0.01"), Decimal("0"));
  EXPECT_GT(Decimal("0.10"), Decimal("0.0999999999999999999999999"));
  EXPECT_TRUE(Decimal("1.50") <= Decimal("1.5") && Decimal("1.50") >= Decimal("1.5"));
}

TEST(Decimal, AddsExactly) {
  const auto sum = [](const char* a, const char* b) { return (Decimal(a) + Decimal(b)).text(); };
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("1.50", "0.5"), "2.00");
  EXPECT_EQ(sum("0.999", "0.001"), "1.000");
  EXPECT_EQ(sum("99", "1"), "100");
  EXPECT_EQ(sum("0", "0"), "0");
  EXPECT_EQ(sum("-0.01", "0.01"), "0.00");
  EXPECT_EQ(sum("-5", "3"), "-2");
  EXPECT_EQ(sum("5", "-3.25"), "1.75");
  EXPECT_EQ(sum("3.25", "-5"), "-1.75");
  EXPECT_EQ(sum("-0.7", "-0.7"), "-1.4");
  EXPECT_EQ(sum("123456789012345678901234567890", "0.000000000000000000000000000001"),
            "123456789012345678901234567890.000000000000000000000000000001");
}

TEST(Decimal, SubtractsExactly) {
  EXPECT_EQ((Decimal("0.3") - Decimal("0.1")).text(), "0.2");
  EXPECT_EQ((Decimal("1000") - Decimal("0.01")).text(), "999.99");
  EXPECT_EQ((-Decimal("0.00")).text(), "0.00");
  EXPECT_EQ((-Decimal("-1.5")).text(), "1.5");
  Decimal balance("10");
  balance += Decimal("0.05");
  balance -= Decimal("10.10");
  EXPECT_EQ(balance.text(), "-0.05");
}

TEST(Decimal, RefusesASumOfTooManyDigits) {
  const Decimal nines(std::string(1000, '9'));
  EXPECT_EQ((nines - Decimal("1")).text().size(), 1000U);
  EXPECT_THROW((void)(nines + Decimal("1")), Error);
  EXPECT_THROW((void)(nines + Decimal("0.1")), Error);
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

// It once gave 0 for what no double holds.
TEST(Decimal, GivesInfinityBeyondTheLargestDoubleAndZeroBelowTheSmallest) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::string nines(400, '9');
  EXPECT_EQ(Decimal(nines).to_double(), infinity);
  EXPECT_EQ(Decimal("-" + nines + ".5").to_double(), -infinity);
  const std::string tiny = "0." + std::string(400, '0') + "1";
  EXPECT_EQ(Decimal(tiny).to_double(), 0.0);
  EXPECT_EQ(Decimal("-" + tiny).to_double(), 0.0);
  EXPECT_EQ(Decimal("0." + std::string(319, '0') + "1").to_double(), 1e-320);
}

}  // namespace
}  // namespace tenon
