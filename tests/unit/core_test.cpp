#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/backend/registry.hpp>
#include <tenon/config.hpp>
#include <tenon/database.hpp>
#include <tenon/error.hpp>
#include <tenon/policy_expression.hpp>
#include <tenon/tenant_context.hpp>

namespace tenon {
namespace {

template <class Work>
Error::Kind kind_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return Error::Kind::internal;
}

TEST(TenantContext, RefusesAnEmptyOrBlankTenant) {
  for (const char* tenant : {"", " ", "\t", " \r\n\v\f"})
    EXPECT_EQ(kind_of([&] { TenantContext{tenant}; }), Error::Kind::invalid_argument);
}

TEST(TenantContext, RefusesWhatNoDatabaseCanHold) {
  for (const std::string& tenant : {std::string("a\0b", 3), std::string(256, 'x'), std::string("\xFF"),
                                    std::string("\xED\xA0\x80"), std::string("\xC0\xAF")}) {
    EXPECT_EQ(kind_of([&] { TenantContext{tenant}; }), Error::Kind::invalid_argument);
    EXPECT_EQ(kind_of([&] {
                (TenantContext{"a", Role::customer, tenant});
              }),
              Error::Kind::invalid_argument);
  }
}

TEST(TenantContext, KeepsEveryByte) {
  for (const std::string& tenant : {std::string(255, 'x'), std::string(" a "), std::string("ACME"),
                                    std::string("e\u0301"), std::string("'\"\\")})
    EXPECT_EQ(TenantContext(tenant).tenant(), tenant);
  const TenantContext context("a", Role::read_only, "ann");
  EXPECT_EQ(context.role(), Role::read_only);
  EXPECT_EQ(context.actor(), "ann");
  EXPECT_NE(context, TenantContext("a"));
}

TEST(TenantContext, NamesRoles) {
  EXPECT_EQ(to_string(Role::customer), "customer");
  EXPECT_EQ(to_string(Role::read_only), "read_only");
  EXPECT_EQ(to_string(Role::administrator), "administrator");
}

TEST(Config, KnowsTheSchemeOfItsUrl) {
  EXPECT_EQ(Config::from_url("sqlite:a.db").scheme(), "sqlite");
  EXPECT_EQ(Config::from_url("PostgreSQL://h/d").scheme(), "postgresql");
  EXPECT_EQ(Config{}.scheme(), "sqlite");
}

TEST(Config, RefusesAUrlWithoutAScheme) {
  for (const char* url : {"", "ops.db", ":memory:", "/var/ops.db", "a b:c", "C\\d:e"})
    EXPECT_EQ(kind_of([&] { (void)Config::from_url(url); }), Error::Kind::invalid_argument) << url;
}

TEST(Config, ShowsNoSecrets) {
  const auto shown = [](const char* url) {
    Config config;
    config.url = url;
    return config.display_url();
  };
  EXPECT_EQ(shown("postgresql://user:pass@host:5432/db?password=x"), "postgresql://host:5432/db");
  EXPECT_EQ(shown("postgresql://user:p@ss@host/db"), "postgresql://host/db");
  EXPECT_EQ(shown("postgresql://user@/db?host=/run"), "postgresql:///db");
  EXPECT_EQ(shown("postgresql://host/db#frag"), "postgresql://host/db");
  EXPECT_EQ(shown("sqlite:ops.db"), "sqlite:ops.db");
  for (const char* url : {"postgresql://user:secret@host/db", "postgresql://user:secret@h@ost/db",
                          "postgresql://user:secret/@host/db", "postgresql://user:sec?ret@host/db",
                          "postgresql://user:secret#@host/db", "postgresql://host/db?sslpassword=secret"})
    EXPECT_EQ(shown(url).find("sec"), std::string::npos) << shown(url);
}

TEST(Config, IsTakenFromTheEnvironment) {
  const char* before = std::getenv("DATABASE_URL");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("DATABASE_URL", "sqlite:from-env.db", 1);
  EXPECT_EQ(Config::from_env().url, "sqlite:from-env.db");
  ::setenv("DATABASE_URL", "", 1);
  EXPECT_EQ(Config::from_env().url, "sqlite:tenon.db");
  ::unsetenv("DATABASE_URL");
  EXPECT_EQ(Config::from_env().url, "sqlite:tenon.db");
  if (before != nullptr) ::setenv("DATABASE_URL", kept.c_str(), 1);
}

TEST(Error, TellsItsKindAndFacts) {
  const Error error(Error::Kind::conflict, "sites.update: changed",
                    {.sqlstate = "40001", .statement = "sites.update", .constraint = "c", .hint = "h"});
  EXPECT_EQ(error.kind(), Error::Kind::conflict);
  EXPECT_STREQ(error.what(), "sites.update: changed");
  EXPECT_EQ(error.sqlstate(), "40001");
  EXPECT_EQ(error.detail().statement, "sites.update");
  const Error plain(Error::Kind::busy, "b");
  EXPECT_EQ(plain.sqlstate(), "");
  EXPECT_EQ(plain.detail().constraint, "");
  static_assert(std::is_nothrow_copy_constructible_v<Error> && std::is_nothrow_copy_assignable_v<Error>);
}

TEST(Error, IsRetryableForExactlyThreeKinds) {
  for (int kind = 0; kind <= static_cast<int>(Error::Kind::internal); ++kind) {
    const auto k = static_cast<Error::Kind>(kind);
    const bool expected =
        k == Error::Kind::serialization_failure || k == Error::Kind::deadlock || k == Error::Kind::busy;
    EXPECT_EQ(Error(k, "x").retryable(), expected) << to_string(k);
    EXPECT_FALSE(to_string(k).empty());
  }
  EXPECT_EQ(to_string(Error::Kind::already_exists), "already_exists");
  EXPECT_EQ(to_string(Error::Kind::outcome_unknown), "outcome_unknown");
}

TEST(Registry, SaysWhatIsThereWhenASchemeIsUnknown) {
  EXPECT_EQ(kind_of([] { (void)Database::open("nosuchscheme:x"); }), Error::Kind::unsupported);
  EXPECT_EQ(kind_of([] { (void)backend::find_driver("nosuchscheme"); }), Error::Kind::unsupported);
}

TEST(PolicyExpression, MayBeARuleOrAGroup) {
  for (
      const char* text :
      {R"({"field":"a","operator":">","value":1000})", R"({"value":"x","operator":"<","field":"a"})",
       R"({"field":"a","operator":"in","value":[]})", R"({"field":"a","operator":"in","value":["x",1]})",
       R"({"field":"a","operator":"==","value":null})", R"({"field":"a","operator":"!=","value":true})",
       R"({"field":"a","operator":"contains","value":"x"})",
       R"({"and":[{"field":"a","operator":"==","value":1}]})",
       R"({"or":[{"and":[{"field":"a","operator":"ends_with","value":"x"}]},{"field":"b","operator":"<=","value":2.5}]})"})
    EXPECT_EQ(check_policy_expression(text) ? check_policy_expression(text)->message : "", "") << text;
}

TEST(PolicyExpression, IsRefusedWithTheFieldThatIsWrong) {
  const auto pointer = [](const char* text) {
    const auto problem = check_policy_expression(text);
    EXPECT_TRUE(problem.has_value()) << text;
    EXPECT_FALSE(problem && problem->message.empty());
    return problem ? problem->pointer : "none";
  };
  EXPECT_EQ(pointer(""), "");
  EXPECT_EQ(pointer("{"), "");
  EXPECT_EQ(pointer("[]"), "");
  EXPECT_EQ(pointer("{}"), "");
  EXPECT_EQ(pointer(R"({"field":"a","operator":"~","value":1})"), "/operator");
  EXPECT_EQ(pointer(R"({"field":"","operator":"==","value":1})"), "/field");
  EXPECT_EQ(pointer(R"({"field":1,"operator":"==","value":1})"), "/field");
  EXPECT_EQ(pointer(R"({"field":"a","operator":"in","value":1})"), "/value");
  EXPECT_EQ(pointer(R"({"field":"a","operator":">","value":[1]})"), "/value");
  EXPECT_EQ(pointer(R"({"field":"a","operator":"starts_with","value":1})"), "/value");
  EXPECT_EQ(
      pointer(
          R"({"and":[{"field":"a","operator":"==","value":1},{"field":"b","operator":"x","value":1}]})"),
      "/and/1/operator");
  EXPECT_EQ(pointer(R"({"and":[]})"), "/and");
  EXPECT_EQ(pointer(R"({"or":{}})"), "/or");
  pointer(R"({"and":[{"field":"a","operator":"==","value":1}],"or":[]})");
  pointer(R"({"field":"a","operator":"==","value":1,"extra":1})");
}

TEST(PolicyExpression, IsRefusedWithAPointerOfRfc6901) {
  const auto problem =
      check_policy_expression(R"({"or":[{"field":"a","operator":"==","value":1,"x/y~z":1}]})");
  EXPECT_EQ(problem.value().pointer, "/or/0/x~1y~0z");
}

TEST(PolicyExpression, IsRefusedWithoutHalfACharacter) {
  const auto message = [](const std::string& op) {
    return check_policy_expression(R"({"field":"a","value":1,"operator":")" + op + "\"}").value().message;
  };
  const std::string filler(30, 'x');
  EXPECT_NE(message(filler + "日本").find("'" + filler + "'"), std::string::npos);
  EXPECT_NE(message(filler + "é本").find("'" + filler + "é'"), std::string::npos);
  EXPECT_NE(message(filler + "xyz").find("'" + filler + "xy'"), std::string::npos);
}

TEST(PolicyExpression, MayNotBeNestedWithoutEnd) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"and\":[";
  EXPECT_TRUE(check_policy_expression(deep).has_value());
  for (int i = 0; i < 100'000; ++i) deep += "]}";
  EXPECT_TRUE(check_policy_expression(deep).has_value());
}

TEST(PolicyExpression, MayNotHaveAValueNestedWithoutEnd) {
  const auto problem = [](std::size_t levels) {
    return check_policy_expression(R"({"and":[{"field":"a","operator":"==","value":)" +
                                   std::string(levels, '[') + std::string(levels, ']') + "}]}");
  };
  EXPECT_FALSE(problem(64).has_value());
  EXPECT_EQ(problem(65).value().pointer, "/and/0/value");
  EXPECT_TRUE(problem(2'000'000).has_value());
}

}  // namespace
}  // namespace tenon
