// How a tenant id is written where its column is a number or a UUID: as the database writes it, and in no
// other way, for two spellings would be one tenant.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>

namespace tenon {
namespace {

using backend::Type;

std::string read_back(const std::string& tenant, Type type) {
  const backend::Value value = detail::typed_tenant(tenant, type, "test");
  EXPECT_EQ(value.type(), type);
  return detail::tenant_text(value);
}

void expect_refused(const std::string& tenant, Type type) {
  try {
    (void)detail::typed_tenant(tenant, type, "test");
    ADD_FAILURE() << "'" << tenant << "' was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::invalid_argument) << error.what();
    if (tenant.size() > 3) {
      EXPECT_EQ(std::string(error.what()).find(tenant), std::string::npos) << "it shows the tenant";
    }
  }
}

const std::vector<std::string> no_numbers{"",
                                          "042",
                                          "00",
                                          "-0",
                                          "+42",
                                          "+",
                                          "-",
                                          "--1",
                                          " 42",
                                          "42 ",
                                          "\t42",
                                          "42\n",
                                          "4 2",
                                          "42\r",
                                          "4_2",
                                          "4,2",
                                          "42.0",
                                          "42.",
                                          ".5",
                                          "4e1",
                                          "0x2a",
                                          "0b1",
                                          "42;",
                                          "42 or 1",
                                          "'42'",
                                          "null",
                                          "infinity",
                                          "NaN",
                                          "\u00b9",
                                          "\u0664",
                                          "\uff14\uff12",
                                          "42\u200b",
                                          "9223372036854775808",
                                          "-9223372036854775809",
                                          "99999999999999999999999999"};

TEST(TenantIds, OfAnIntegerColumnAreItsPlainDigits) {
  for (const char* tenant : {"0", "1", "-1", "42", "2147483647", "-2147483648"}) {
    EXPECT_EQ(read_back(tenant, Type::int32), tenant);
    EXPECT_EQ(read_back(tenant, Type::int64), tenant);
  }
  for (const char* tenant : {"9223372036854775807", "-9223372036854775808"})
    EXPECT_EQ(read_back(tenant, Type::int64), tenant);
  for (const Type type : {Type::int32, Type::int64}) {
    for (const std::string& tenant : no_numbers) expect_refused(tenant, type);
    expect_refused(std::string("42\0", 3), type);
    expect_refused(std::string("42\0"
                               "1",
                               4),
                   type);
  }
}

TEST(TenantIds, OfAnInt32ColumnDoNotWrapRound) {
  for (const char* tenant :
       {"2147483648", "-2147483649", "4294967296", "4294967338", "9223372036854775807"})
    expect_refused(tenant, Type::int32);
}

TEST(TenantIds, OfAUuidColumnAreLowerCaseWithHyphens) {
  const std::string plain = "0190b3a2-7c4d-7e5f-8a9b-0c1d2e3f4a5b";
  for (const std::string& tenant : {plain, std::string("00000000-0000-0000-0000-000000000000"),
                                    std::string("ffffffff-ffff-ffff-ffff-ffffffffffff")})
    EXPECT_EQ(read_back(tenant, Type::uuid), tenant);
  for (const std::string& tenant :
       {std::string(), std::string("0190B3A2-7C4D-7E5F-8A9B-0C1D2E3F4A5B"),
        std::string("0190b3a2-7c4d-7e5f-8a9b-0c1d2e3f4a5B"), "{" + plain + "}", "urn:uuid:" + plain,
        std::string("0190b3a27c4d7e5f8a9b0c1d2e3f4a5b"),
        std::string("0190-b3a2-7c4d-7e5f-8a9b-0c1d-2e3f-4a5b"),
        std::string("0190b3a2-7c4d7e5f-8a9b-0c1d2e3f4a5b"), " " + plain, plain + " ", plain + "\n",
        plain + "0", plain.substr(1), plain.substr(0, 35) + "g", plain.substr(0, 35) + "\uff42",
        std::string("0190b3a2_7c4d_7e5f_8a9b_0c1d2e3f4a5b"), plain + std::string(1, '\0'), plain + plain})
    expect_refused(tenant, Type::uuid);
}

}  // namespace
}  // namespace tenon
