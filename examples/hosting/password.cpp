#include "password.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string_view>

#include <tenon/error.hpp>

#include "../common/crypto.hpp"

namespace hosting {
namespace {

using tenon::Error;

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr std::uint64_t most_memory = std::uint64_t{64} << 20U;

struct Cost {
  std::uint64_t log_n = 15;
  std::uint64_t r = 8;
  std::uint64_t p = 3;
};

using Hash = std::array<unsigned char, hash_bytes>;

Hash derive(const tenon::Secret& password, std::string_view salt, const Cost& cost) {
  Hash hash{};
  const std::string& text = password.reveal();
  if (EVP_PBE_scrypt(text.data(), text.size(), common::bytes_of(salt).data(), salt.size(),
                     std::uint64_t{1} << cost.log_n, cost.r, cost.p, most_memory, hash.data(),
                     hash.size()) != 1)
    throw Error(Error::Kind::internal, "password: scrypt failed");
  return hash;
}

std::string_view next_part(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('$'), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

}  // namespace

std::string hash_password(const tenon::Secret& password) {
  const std::size_t size = password.reveal().size();
  if (size < 12 || size > 1024)
    throw Error(Error::Kind::invalid_argument, "password: give one of 12 to 1024 bytes");
  const Cost cost;
  std::array<unsigned char, salt_bytes> salt{};
  common::fill_random(salt);
  const std::string_view salt_text(reinterpret_cast<const char*>(salt.data()), salt.size());
  return "scrypt$" + std::to_string(cost.log_n) + "$" + std::to_string(cost.r) + "$" +
         std::to_string(cost.p) + "$" + common::hex(salt) + "$" +
         common::hex(derive(password, salt_text, cost));
}

bool is_password(const tenon::Secret& password, const std::string& hash) {
  std::string_view rest = hash;
  const bool known = next_part(rest) == "scrypt";
  const Cost cost{number(next_part(rest)), number(next_part(rest)), number(next_part(rest))};
  const auto salt = common::from_hex(next_part(rest));
  const auto expected = common::from_hex(rest);
  if (!known || cost.log_n == 0 || cost.log_n > 20 || !salt || !expected || expected->size() != hash_bytes)
    throw Error(Error::Kind::corrupt, "password: what is stored is no hash of one");
  const Hash derived = derive(password, *salt, cost);
  return CRYPTO_memcmp(derived.data(), expected->data(), hash_bytes) == 0;
}

}  // namespace hosting
