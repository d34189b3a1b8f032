#pragma once

#include <string>

#include <tenon/secret.hpp>

namespace hosting {

/// `scrypt$LN$R$P$SALT$HASH` with a new salt, salt and hash in hex: scrypt (RFC 7914) of the cost that
/// OWASP's Password Storage Cheat Sheet names. Throws tenon::Error (invalid_argument) for a password of
/// fewer than 12 or more than 1024 bytes. Takes some tenths of a second, and 32 MB.
[[nodiscard]] std::string hash_password(const tenon::Secret& password);

/// Whether the password is the one of the hash; takes as long either way. Throws tenon::Error (corrupt) for
/// a text that is no such hash.
[[nodiscard]] bool is_password(const tenon::Secret& password, const std::string& hash);

}  // namespace hosting
