#include "seal.hpp"

#include <memory>
#include <openssl/evp.h>

#include <tenon/error.hpp>

#include "../common/crypto.hpp"

namespace hosting {
namespace {

using tenon::Error;

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void check(int result) {
  if (result != 1) throw Error(Error::Kind::internal, "seal: AES-256-GCM failed");
}

unsigned char* raw(std::byte* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}
const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

// What is not secret, but has to be as it was.
std::string authenticated(std::string_view owner, const std::string& key_id) {
  return key_id + "\n" + std::string(owner);
}

Cipher begin(const Key& key, const tenon::Blob& nonce, const std::string& beside, bool encrypt) {
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int size = 0;
  check(cipher ? 1 : 0);
  check(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(), raw(nonce.data()),
                          encrypt ? 1 : 0));
  check(EVP_CipherUpdate(cipher.get(), nullptr, &size, common::bytes_of(beside).data(),
                         static_cast<int>(beside.size())));
  return cipher;
}

}  // namespace

Sealed seal(const Keyring& keyring, const tenon::Secret& text, std::string_view owner) {
  const Key& key = keyring.newest();
  const std::string& plain = text.reveal();
  Sealed sealed{key.id, tenon::Blob(nonce_bytes), tenon::Blob(plain.size() + tag_bytes)};
  common::fill_random({raw(sealed.nonce.data()), nonce_bytes});
  const Cipher cipher = begin(key, sealed.nonce, authenticated(owner, key.id), true);
  int size = 0;
  check(EVP_CipherUpdate(cipher.get(), raw(sealed.text.data()), &size, common::bytes_of(plain).data(),
                         static_cast<int>(plain.size())));
  check(EVP_CipherFinal_ex(cipher.get(), raw(sealed.text.data()) + size, &size));
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_bytes),
                            raw(sealed.text.data()) + plain.size()));
  return sealed;
}

tenon::Secret unseal(const Keyring& keyring, const Sealed& sealed, std::string_view owner) {
  const Key& key = keyring.get(sealed.key_id);
  if (sealed.nonce.size() != nonce_bytes || sealed.text.size() < tag_bytes)
    throw Error(Error::Kind::corrupt, "seal: what is stored is no sealed text");
  const Cipher cipher = begin(key, sealed.nonce, authenticated(owner, sealed.key_id), false);
  tenon::Blob tag(sealed.text.end() - tag_bytes, sealed.text.end());
  std::string plain(sealed.text.size() - tag_bytes, '\0');
  int size = 0;
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  check(
      EVP_CipherUpdate(cipher.get(), out, &size, raw(sealed.text.data()), static_cast<int>(plain.size())));
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_bytes), tag.data()));
  if (EVP_CipherFinal_ex(cipher.get(), out + size, &size) != 1)
    throw Error(Error::Kind::corrupt, "seal: the text was changed, or sealed for another owner");
  return tenon::Secret(std::move(plain));
}

}  // namespace hosting
