#pragma once

#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// JSON comes back byte for byte.
class JsonValues : public ConformanceTest {
 protected:
  void keeps(const std::string& text) const {
    const Repository<Sample> samples(acme());
    std::vector<Sample> rows(41);
    for (Sample& row : rows) {
      row.id = Uuid::random();
      row.document = Json(text);
      row.maybe_document = Json(text);
    }
    const Sample single = rows.back();
    rows.pop_back();
    samples.insert(single);
    samples.insert_all(rows);
    for (const Uuid& id : {single.id, rows.front().id, rows.back().id}) {
      const Sample kept = samples.get(id).value();
      EXPECT_EQ(kept.document.text(), text);
      EXPECT_EQ(kept.maybe_document.value().text(), text);
    }
  }
};

TEST_P(JsonValues, KeepEveryNumberAsItWasWritten) {
  for (const char* text : {"1.0", "1e400", "-1E+2", "0.10", "-0", "-0.0", "1E-400",
                           "123456789012345678901234567890.12345678901234567890"})
    keeps(text);
}

TEST_P(JsonValues, KeepRepeatedKeysAndTheirOrder) {
  keeps(R"({"b":1,"a":2,"b":3,"":4,"":5})");
}

TEST_P(JsonValues, KeepEscapesUnopened) {
  keeps(R"("\u0000")");
  keeps(R"({"\u0000":"\u0041\u00e9\ud83e\udd8a\/\b\f\n\r\t\\\""})");
  keeps(R"("\ud800")");
}

TEST_P(JsonValues, KeepWhitespace) {
  keeps(" \t\r\n{ \"a\" : [ 1 ,\r\n 2 ] }\n");
}

TEST_P(JsonValues, KeepEveryScript) {
  keeps(R"({"🦊":"👩‍👩‍👧‍👦","Ελλάδα":"日本語","q":"'; drop table x; --"})");
}

TEST_P(JsonValues, KeepEveryKindOfValue) {
  for (const char* text : {"null", "true", "false", "\"\"", "0", "[]", "{}", "[[],{}]"}) keeps(text);
}

TEST_P(JsonValues, KeepFiveHundredLevels) {
  keeps(std::string(500, '[') + std::string(500, ']'));
  std::string objects;
  for (int i = 0; i < 500; ++i) objects += "{\"a\":";
  keeps(objects + "1" + std::string(500, '}'));
}

TEST_P(JsonValues, TellJsonNullFromNoJson) {
  const Repository<Sample> samples(acme());
  Sample s;
  s.id = Uuid::random();
  s.maybe_document = Json("null");
  samples.insert(s);
  EXPECT_EQ(samples.get(s.id).value().maybe_document.value().text(), "null");
  s.maybe_document.reset();
  samples.update(s);
  EXPECT_FALSE(samples.get(s.id).value().maybe_document.has_value());
}

TEST_P(JsonValues, ThatAreNoneAreRefusedAndNothingIsStored) {
  const Repository<Sample> samples(acme());
  for (const std::string& text : {std::string(),
                                  std::string(" "),
                                  std::string("{"),
                                  std::string("{\"a\":1,}"),
                                  std::string("[1 2]"),
                                  std::string("nul"),
                                  std::string("01"),
                                  std::string("1."),
                                  std::string("'a'"),
                                  std::string("NaN"),
                                  std::string("\"a\nb\""),
                                  std::string("\"\\x\""),
                                  std::string("\"\\u12\""),
                                  std::string("{} {}"),
                                  std::string("\"\xFF\""),
                                  std::string("\"\xED\xA0\x80\""),
                                  std::string("[]\0", 3),
                                  std::string("\"\0\"", 3),
                                  std::string("\xEF\xBB\xBF{}"),
                                  std::string("// c\n1")}) {
    Sample s;
    s.id = Uuid::random();
    s.document = Json(text);
    TENON_EXPECT_ERROR(invalid_argument, samples.insert(s)) << "for the text: " << text;
    TENON_EXPECT_ERROR(invalid_argument, samples.upsert(s)) << "for the text: " << text;
    TENON_EXPECT_ERROR(invalid_argument, samples.insert_all(std::vector<Sample>(1, s)))
        << "for the text: " << text;
  }
  EXPECT_EQ(samples.count(), 0U);
}

TEST_P(JsonValues, ThatTakeThePlaceOfAReadOneAreLookedAt) {
  const Repository<Sample> samples(acme());
  Sample s;
  s.id = Uuid::random();
  s.document = Json(R"({"a": 1})");
  samples.insert(s);
  s = samples.get(s.id).value();
  s.document.assign("{");
  TENON_EXPECT_ERROR(invalid_argument, samples.update(s));
  s = samples.get(s.id).value();
  s.document = Json("nul");
  TENON_EXPECT_ERROR(invalid_argument, samples.update(s));
  Json taken = std::move(s.document = samples.get(s.id).value().document);
  TENON_EXPECT_ERROR(invalid_argument, samples.update(s)) << "the text was moved away";
  s.document = taken;
  samples.update(s);
  EXPECT_EQ(samples.get(s.id).value().document.text(), R"({"a": 1})");
}

TENON_CONFORMANCE_SUITE(JsonValues);

}  // namespace tenon::testing
