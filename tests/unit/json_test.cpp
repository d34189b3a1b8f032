#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/error.hpp>
#include <tenon/json.hpp>
#include <tenon/json_document.hpp>

namespace tenon {
namespace {

using namespace std::string_literals;

// After https://github.com/nst/JSONTestSuite: y_ must be taken, n_ must be refused.
TEST(Json, IsEveryTextOfTheGrammar) {
  for (const std::string& text : {"[[] ]"s,
                                  "[\"\"]"s,
                                  "[]"s,
                                  "[\"a\"]"s,
                                  "[false]"s,
                                  "[null, 1, \"1\", {}]"s,
                                  "[null]"s,
                                  "[1\n]"s,
                                  " [1]"s,
                                  "[1,null,null,null,2]"s,
                                  "[2] "s,
                                  "[123e65]"s,
                                  "[0e+1]"s,
                                  "[0e1]"s,
                                  "[ 4]"s,
                                  "[-0.000000000000000000001]\n"s,
                                  "[20e1]"s,
                                  "[-0]"s,
                                  "[-123]"s,
                                  "[-1]"s,
                                  "[1E22]"s,
                                  "[1E-2]"s,
                                  "[1E+2]"s,
                                  "[123e45]"s,
                                  "[123.456e78]"s,
                                  "[1e-2]"s,
                                  "[1e+2]"s,
                                  "[123]"s,
                                  "[123.456789]"s,
                                  "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"s,
                                  "{\"asd\":\"sdf\"}"s,
                                  "{\"a\":\"b\",\"a\":\"c\"}"s,
                                  "{}"s,
                                  "{\"\":0}"s,
                                  "{\"foo\\u0000bar\": 42}"s,
                                  "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }"s,
                                  "{\"a\":[]}"s,
                                  "{\n\"a\": \"b\"\n}"s,
                                  "[\"\\u0060\\u012a\\u12AB\"]"s,
                                  "[\"\\uD801\\udc37\"]"s,
                                  "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"s,
                                  "[\"\\\\u0000\"]"s,
                                  "[\"a/*b*/c/*d//e\"]"s,
                                  "[\"\\\\a\"]"s,
                                  "[\"\\\\n\"]"s,
                                  "[\"\\u0012\"]"s,
                                  "[\"\\uFFFF\"]"s,
                                  "[\"asd\"]"s,
                                  "[ \"asd\"]"s,
                                  "[\"new\\u00A0line\"]"s,
                                  "[\"\xF4\x8F\xBF\xBF\"]"s,
                                  "[\"\xEF\xBF\xBF\"]"s,
                                  "[\"\\u0000\"]"s,
                                  "[\"\x2c\"]"s,
                                  "[\"\xCF\x80\"]"s,
                                  "\" \""s,
                                  "[\"\x7F\"]"s,
                                  "[\"\xE2\x80\xA8\"]"s,
                                  "false"s,
                                  "42"s,
                                  "-0.1"s,
                                  "null"s,
                                  "\"asd\""s,
                                  "true"s,
                                  "\"\""s,
                                  "[\"a\"]\n"s,
                                  "[true]"s,
                                  " [] "s,
                                  "1e400"s,
                                  "[\"\\uD800\"]"s,
                                  "\t\r\n1"s})
    EXPECT_TRUE(is_json(text)) << text;
}

TEST(Json, IsNothingElse) {
  for (const std::string& text : {""s,
                                  " "s,
                                  "[1 true]"s,
                                  "[a\xE5]"s,
                                  "[\"\": 1]"s,
                                  "[\"\"],"s,
                                  "[,1]"s,
                                  "[1,,2]"s,
                                  "[\"x\"]]"s,
                                  "[\"\",]"s,
                                  "[\"x\""s,
                                  "[x"s,
                                  "[3[ 4]]"s,
                                  "[1:2]"s,
                                  "[,]"s,
                                  "[-]"s,
                                  "[   , \"\"]"s,
                                  "[\"a\",\n4\n,1,"s,
                                  "[1,]"s,
                                  "[1,,]"s,
                                  "[\"\va\"\\f]"s,
                                  "[*]"s,
                                  "[\"\""s,
                                  "[1,"s,
                                  "[1,\n1\n,1"s,
                                  "[{}"s,
                                  "[fals]"s,
                                  "[nul]"s,
                                  "[tru]"s,
                                  "123\0"s,
                                  "[++1234]"s,
                                  "[+1]"s,
                                  "[+Inf]"s,
                                  "[-01]"s,
                                  "[-1.0.]"s,
                                  "[-2.]"s,
                                  "[-NaN]"s,
                                  "[.-1]"s,
                                  "[.2e-3]"s,
                                  "[0.1.2]"s,
                                  "[0.3e+]"s,
                                  "[0.3e]"s,
                                  "[0.e1]"s,
                                  "[0E+]"s,
                                  "[0E]"s,
                                  "[0e+]"s,
                                  "[0e]"s,
                                  "[1.0e+]"s,
                                  "[1.0e-]"s,
                                  "[1.0e]"s,
                                  "[1 000.0]"s,
                                  "[1eE2]"s,
                                  "[2.e+3]"s,
                                  "[2.e-3]"s,
                                  "[2.e3]"s,
                                  "[9.e+]"s,
                                  "[Inf]"s,
                                  "[NaN]"s,
                                  "[\xEF\xBC\x91]"s,
                                  "[1+2]"s,
                                  "[0x1]"s,
                                  "[0x42]"s,
                                  "[Infinity]"s,
                                  "[-Infinity]"s,
                                  "[0e+-1]"s,
                                  "[-123.123foo]"s,
                                  "[123\xE5]"s,
                                  "[1e1\xE5]"s,
                                  "[0\xE5]"s,
                                  "[-1x]"s,
                                  "[1.2a-3]"s,
                                  "[1.8011670033376514H-308]"s,
                                  "[012]"s,
                                  "[\"x\", truth]"s,
                                  "{[: \"x\"}\n"s,
                                  "{\"x\", null}"s,
                                  "{\"x\"::\"b\"}"s,
                                  "{\xF0\x9F\x87\xA8}"s,
                                  "{\"a\":\"a\" 123}"s,
                                  "{key: 'value'}"s,
                                  "{\"\xB9\":\"0\",}"s,
                                  "{\"a\" b}"s,
                                  "{:\"b\"}"s,
                                  "{\"a\" \"b\"}"s,
                                  "{\"a\":"s,
                                  "{\"a\""s,
                                  "{1:1}"s,
                                  "{9999E9999:1}"s,
                                  "{null:null,null:null}"s,
                                  "{\"id\":0,,,,,}"s,
                                  "{'a':0}"s,
                                  "{\"id\":0,}"s,
                                  "{\"a\":\"b\"}/**/"s,
                                  "{\"a\":\"b\"}#"s,
                                  "{\"a\":\"b\",,\"c\":\"d\"}"s,
                                  "{a: \"b\"}"s,
                                  "{\"a\":\"a"s,
                                  "{ \"foo\" : \"bar\", \"a\" }"s,
                                  "{\"a\":\"b\"}#{}"s,
                                  "[\"\\uD800\\\"]"s,
                                  "[\"\\uD800\\u\"]"s,
                                  "[\"\\uD800\\u1\"]"s,
                                  "[\"\\uD800\\u1x\"]"s,
                                  "[\xC3\xA9]"s,
                                  "[\"\\\0\"]"s,
                                  "[\"\\x00\"]"s,
                                  "[\"\\\\\\\"]"s,
                                  "[\"\\\t\"]"s,
                                  "[\"\\\xF0\x9F\x8C\x80\"]"s,
                                  "[\"\\\"]"s,
                                  "[\"\\u00A\"]"s,
                                  "[\"\\uD834\\uDd\"]"s,
                                  "[\"\\a\"]"s,
                                  "[\"\\uqqqq\"]"s,
                                  "[\"\\\xE5\"]"s,
                                  "[\\u0020\"asd\"]"s,
                                  "[\\n]"s,
                                  "\""s,
                                  "['single quote']"s,
                                  "abc"s,
                                  "[\"\\"s,
                                  "[\"a\0a\"]"s,
                                  "[\"new\nline\"]"s,
                                  "[\"\t\"]"s,
                                  "\"\\UA66D\""s,
                                  "\"\"x"s,
                                  "<.>"s,
                                  "[<null>]"s,
                                  "[1]x"s,
                                  "[1]]"s,
                                  "[\"asd]"s,
                                  "aå"s,
                                  "[True]"s,
                                  "1]"s,
                                  "{\"x\": true,"s,
                                  "[][]"s,
                                  "]"s,
                                  "\xEF\xBB{}"s,
                                  "\xE5"s,
                                  "["s,
                                  "{\"\":[{\"\":["s,
                                  "2@"s,
                                  "{}}"s,
                                  "{\"\":"s,
                                  "{\"a\":/*comment*/\"b\"}"s,
                                  "{\"a\": true} \"x\""s,
                                  "['"s,
                                  "[,"s,
                                  "[{"s,
                                  "[\"a"s,
                                  "[\"a\""s,
                                  "{"s,
                                  "{]"s,
                                  "{,"s,
                                  "{["s,
                                  "{\"a"s,
                                  "{'a'"s,
                                  "[\"\\{[\"\\{[\"\\{[\"\\{"s,
                                  "*"s,
                                  "{\"a\":\"b\"}#{}"s,
                                  "[\xE2\x81\xA0]"s,
                                  "[\\u000A\"\"]"s,
                                  "[\"asd\x01\"]"s,
                                  "\xE2\x81\xA0"s,
                                  "\xEF\xBB\xBF{}"s,
                                  "[\f]"s,
                                  "[\"\x1F\"]"s,
                                  "\"\xFF\""s,
                                  "\"\xC0\x80\""s,
                                  "\"\xED\xA0\x80\""s,
                                  "\"\xF4\x90\x80\x80\""s,
                                  "\"\xE2\x82\""s})
    EXPECT_FALSE(is_json(text)) << text;
}

TEST(Json, MayBeNestedWithoutEnd) {
  constexpr std::size_t depth = 1'000'000;
  EXPECT_TRUE(is_json(std::string(depth, '[') + std::string(depth, ']')));
  EXPECT_FALSE(is_json(std::string(depth, '[') + std::string(depth - 1, ']')));
  EXPECT_FALSE(is_json(std::string(depth, '[')));
}

TEST(Json, IsNullByDefaultAndEqualByItsBytes) {
  EXPECT_EQ(Json().text(), "null");
  EXPECT_EQ(Json("1.0"), Json("1.0"));
  EXPECT_NE(Json("1.0"), Json("1"));
}

TEST(Json, IsParsedOnceAndOnlyWhenAskedFor) {
  const Json json(R"({"a": [1, 2]})");
  EXPECT_EQ(json.parsed(), nullptr);
  const nlohmann::json& first = document(json);
  EXPECT_EQ(first["a"][1], 2);
  EXPECT_EQ(&document(json), &first);
  EXPECT_NE(json.parsed(), nullptr);
}

TEST(Json, ForgetsTheDocumentWhenTheTextChanges) {
  Json json("[1]");
  EXPECT_EQ(document(json).size(), 1U);
  json.assign("[1, 2]");
  EXPECT_EQ(document(json).size(), 2U);
  json = Json("[1, 2, 3]");
  EXPECT_EQ(document(json).size(), 3U);
  const Json copy = json;
  EXPECT_EQ(copy.parsed(), nullptr);
  json = copy;
  EXPECT_EQ(document(json).size(), 3U);
}

TEST(Json, TakesTheDocumentAlongWhenMoved) {
  Json json("[1]");
  (void)document(json);
  const Json moved = std::move(json);
  EXPECT_NE(moved.parsed(), nullptr);
  EXPECT_EQ(document(moved)[0], 1);
  Json assigned("[5, 6]");
  (void)document(assigned);
  Json source("[7]");
  (void)document(source);
  assigned = std::move(source);
  EXPECT_EQ(document(assigned)[0], 7);
}

TEST(Json, IsParsedByManyThreadsAtOnce) {
  for (int round = 0; round < 50; ++round) {
    const Json json(R"({"a": 1})");
    std::vector<std::thread> threads;
    std::vector<const nlohmann::json*> seen(4);
    for (auto& mine : seen) threads.emplace_back([&] { mine = &document(json); });
    for (std::thread& thread : threads) thread.join();
    for (const auto* mine : seen) EXPECT_EQ(mine, seen[0]);
  }
}

TEST(Json, IsMadeOfNoDocumentThatCannotBeWritten) {
  EXPECT_THROW((void)to_json_text(nlohmann::json::parse("{", nullptr, false)), Error);
  EXPECT_THROW((void)to_json_text(nlohmann::json("\xFF")), Error);
  EXPECT_EQ(to_json_text({{"a", 1}}).text(), "{\"a\":1}");
}

TEST(Json, IsMadeOfNoDocumentThatIsNestedWithoutEnd) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const Json held(nested(500));
  EXPECT_EQ(to_json_text(document(held)), held);
  for (const std::size_t depth : {501U, 200'000U}) {
    const Json deep(nested(depth));
    try {
      (void)to_json_text(document(deep));
      ADD_FAILURE() << depth;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::invalid_argument);
    }
  }
}

TEST(Json, ThatIsNoneIsAnErrorOfTheDocument) {
  for (const char* text : {"", "{", "1e400"}) {
    try {
      const Json json(text);
      (void)document(json);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::invalid_argument);
    }
  }
}

}  // namespace
}  // namespace tenon
