#pragma once

#include <string>
#include <string_view>

#include <tenon/blob.hpp>
#include <tenon/secret.hpp>

#include "keyring.hpp"

namespace hosting {

/// A text that only who has the key can read, and nobody can change or pass off as another's.
struct Sealed {
  std::string key_id;
  tenon::Blob nonce;  ///< 12 bytes, random for each
  tenon::Blob text;   ///< encrypted, and behind it the tag of 16 bytes
};

/// Encrypts with AES-256-GCM (NIST SP 800-38D) under the newest key. `owner` is authenticated with it: only
/// who names the same owner can open it.
[[nodiscard]] Sealed seal(const Keyring& keyring, const tenon::Secret& text, std::string_view owner);

/// Throws tenon::Error: not_found when the keyring lacks the key; corrupt when the sealed text, its nonce,
/// its key's id or its owner are not those that it was sealed with.
[[nodiscard]] tenon::Secret unseal(const Keyring& keyring, const Sealed& sealed, std::string_view owner);

}  // namespace hosting
