#ifdef HOSTING

#include <utility>

#include "hosting_fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using HostingCredentials = Hosting;

TEST_P(HostingCredentials, KeepsCredentialsNowhereInTheClear) {
  set_up();
  add_key("a");
  add_integration("shop.acme.example");
  EXPECT_EQ(done("integration show shop.acme.example shopify"),
            "shop.acme.example shopify https://shop.example, sealed under a\n");
  EXPECT_EQ(done("integration show shop.acme.example shopify --reveal"),
            std::string(R"({"token": ")") + token + "\"}\n");
  const std::string key = shell("cut -d' ' -f2 keys").out.substr(0, 64);
  const std::string stored = everything();
  std::string token_as_hex;
  for (const char* c = token; *c != 0; ++c) {
    token_as_hex += "0123456789abcdef"[*c / 16];
    token_as_hex += "0123456789abcdef"[*c % 16];
  }
  EXPECT_THAT(stored, AllOf(HasSubstr("https://shop.example"), Not(HasSubstr(token)),
                            Not(HasSubstr(token_as_hex)), Not(HasSubstr(key))));

  add_key("b");
  EXPECT_EQ(done("integration rotate-key", root), "1 integrations sealed anew under b\n");
  EXPECT_EQ(done("integration rotate-key", root), "0 integrations sealed anew under b\n");
  ASSERT_EQ(shell("sed -i 1d keys").exit_code, 0);
  EXPECT_THAT(done("integration show shop.acme.example shopify --reveal"), HasSubstr(token));
}

TEST_P(HostingCredentials, RefusesCredentialsThatWereChangedOrMoved) {
  set_up();
  add_globex();
  add_key("a");
  add_integration("shop.acme.example");
  add_integration("blog.acme.example");
  add_integration("shop.globex.example", bob);
  const std::string reveal = "integration show shop.acme.example shopify --reveal";
  const auto copied_from = [&](const std::string& domain) {
    const std::string from =
        "(SELECT i.COLUMN FROM INTEGRATIONS i JOIN SITES s ON s.site_id = i.site_id"
        " WHERE s.domain = '" +
        domain + "')";
    const auto with = [](std::string text, const std::string& schema) {
      for (const auto& [word, name] :
           {std::pair{"INTEGRATIONS", "ecommerce_integrations"}, {"SITES", "sites"}})
        text.replace(text.find(word), std::string(word).size(), schema + name);
      return text;
    };
    const auto column = [](std::string text, const std::string& name) {
      return name + " = " + text.replace(text.find("COLUMN"), 6, name);
    };
    const auto update = [&](const std::string& schema) {
      const std::string source = with(from, schema);
      return "UPDATE " + schema + "ecommerce_integrations SET " + column(source, "nonce") + ", " +
             column(source, "sealed_credentials") + " WHERE site_id = (SELECT site_id FROM " + schema +
             "sites WHERE domain = 'shop.acme.example')";
    };
    tamper(update("hosting_"), update("hosting."));
    refused(1, "sealed for another owner", reveal);
  };
  EXPECT_THAT(done(reveal), HasSubstr(token));
  copied_from("blog.acme.example");    // another integration of the same customer
  copied_from("shop.globex.example");  // another customer's

  const std::string other = "integration show blog.acme.example shopify --reveal";
  tamper("UPDATE hosting_ecommerce_integrations SET key_id = 'b'",
         "UPDATE hosting.ecommerce_integrations SET key_id = 'b'");
  refused(2, "there is no key b", other);
  add_key("b");
  refused(1, "sealed for another owner", other);
  tamper(
      "UPDATE hosting_ecommerce_integrations SET key_id = 'a', sealed_credentials ="
      " CAST(x'00' || substr(sealed_credentials, 2) AS BLOB)",
      "UPDATE hosting.ecommerce_integrations SET key_id = 'a',"
      " sealed_credentials = set_byte(sealed_credentials, 0, 255 - get_byte(sealed_credentials, 0))");
  refused(1, "sealed for another owner", other);
  tamper("UPDATE hosting_ecommerce_integrations SET sealed_credentials = x'00'",
         "UPDATE hosting.ecommerce_integrations SET sealed_credentials = '\\x00'");
  refused(1, "no sealed text", other);
}

TEST_P(HostingCredentials, RefusesKeysAndCredentialsThatAreNone) {
  set_up();
  (void)done("site add shop.acme.example");
  const std::string add = "integration add shop.acme.example shopify https://shop.example";
  refused(2, "cannot read keys", add, ann, "{}");
  add_key("a");
  refused(1, "no JSON object", add, ann, "[1]");
  refused(1, "no JSON object", add, ann, "");
  refused(1, "over 64 KB", add, ann, std::string(65'537, ' '));
  refused(1, "https://", "integration add shop.acme.example shopify http://shop.example", ann, "{}");
  (void)done(add, ann, "{}");
  refused(1, "joined to shopify already", add, ann, "{}");
  ASSERT_EQ(shell("chmod 644 keys").exit_code, 0);
  refused(3, "chmod 600", "integration show shop.acme.example shopify --reveal");
  ASSERT_EQ(shell("chmod 600 keys; echo 'b 00' >> keys").exit_code, 0);
  refused(1, "keys:2: write ID KEY", "integration show shop.acme.example shopify --reveal");
  ASSERT_EQ(shell("sed -i '2d;p' keys").exit_code, 0);
  refused(1, "keys:2: key a is there twice", "integration show shop.acme.example shopify --reveal");
}

TEST_P(HostingCredentials, SaysThatAKeyWasNotPrinted) {
  const Outcome lost = shell(program() + "keys new a >/dev/full");
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, HasSubstr("cannot write"));
}

INSTANTIATE_TEST_SUITE_P(Backends, HostingCredentials, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
