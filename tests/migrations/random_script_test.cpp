#include "random_script.hpp"

#include <chrono>
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

// A quadratic splitter takes minutes for these.
TEST(Splitter, IsLinear) {
  const std::vector<std::string> patterns{
      "(",     ")",     ";",     "SELECT 1;", "-- x\n",        "/**/", "'a'",          "$a",
      "$a$b$", "CASE ", "\"a\"", "E'a'\n",    "a.b",           "1",    "\n",           "CREATE TRIGGER ",
      "[a]",   ":a(b",  "ä;",    "$a$;$a$;",  "SELECT $$;$$;", "- /",  "BEGIN ATOMIC "};
  const auto started = std::chrono::steady_clock::now();
  for (const auto flavour : {postgres, sqlite})
    for (const std::string& pattern : patterns) {
      std::string text = "CREATE FUNCTION f() BEGIN ATOMIC ";
      if (pattern == "SELECT 1;" || flavour == sqlite) text.clear();
      while (text.size() < 250'000) text += pattern;
      (void)refusal(text, flavour);
    }
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

}  // namespace
}  // namespace tenon::test
