#include "random_script.hpp"

#include <ctime>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "splitting.hpp"

namespace tenon::test {
namespace {

TEST(RandomScripts, AreCutByTheRules) {
  std::size_t accepted = 0;
  for (const auto flavour : {postgres, sqlite}) {
    Random random(20260131);
    for (int i = 0; i < 8'000; ++i) {
      const std::string text = token_soup(random, flavour, 1 + static_cast<std::size_t>(i) % 24);
      ASSERT_EQ(broken_rule_of_splitting(text, flavour), "") << i << ":\n" << text;
      accepted += refusal(text, flavour).empty() ? 1U : 0U;
    }
  }
  EXPECT_GT(accepted, 1'500U) << "most texts are refused, so that little was tested";
}

TEST(RandomScripts, AreCutByTheRulesWhenTheyAreValid) {
  for (const auto flavour : {postgres, sqlite}) {
    Random random(7);
    for (int i = 0; i < 200; ++i) {
      const std::string script = valid_script(random, flavour, 8);
      ASSERT_EQ(refusal(script, flavour), "") << script;
      ASSERT_EQ(texts(script, flavour).size(), 16U) << script;
      ASSERT_EQ(broken_rule_of_splitting(script, flavour), "") << script;
    }
  }
}

// Processor time of splitting `times` scripts of a pattern that is repeated.
double seconds_for(const std::string& pattern, backend::Flavour flavour, std::size_t size, int times) {
  std::string text =
      flavour == postgres && pattern != "SELECT 1;" ? "CREATE FUNCTION f() BEGIN ATOMIC " : "";
  while (text.size() < size) text += pattern;
  const std::clock_t started = std::clock();
  for (int i = 0; i < times; ++i) (void)refusal(text, flavour);
  return static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
}

// Eight times the text in one piece takes as long as eight pieces; a quadratic splitter takes eight times
// that.
TEST(Splitter, IsLinear) {
  const std::vector<std::string> patterns{
      "(",     ")",     ";",     "SELECT 1;", "-- x\n", "/**/", "'a'",          "$a",
      "$a$b$", "CASE ", "\"a\"", "E'a'\n",    "a.b",    "1",    "\n",           "CREATE TRIGGER ",
      "[a]",   ":a(b",  "ä;",    "$a$;$a$;",  "$$;$$;", "- /",  "BEGIN ATOMIC "};
  for (const auto flavour : {postgres, sqlite})
    for (const std::string& pattern : patterns) {
      const double in_pieces = seconds_for(pattern, flavour, 8'000, 8);
      EXPECT_LT(seconds_for(pattern, flavour, 64'000, 1), 4 * in_pieces + 0.05) << pattern;
    }
}

}  // namespace
}  // namespace tenon::test
