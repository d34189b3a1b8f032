#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <tenon/backend/sql_lexer.hpp>

namespace tenon::detail {

// True for an unquoted word in whatever case; `keyword` in lower case.
[[nodiscard]] bool is_word(const backend::SqlToken& token, std::string_view keyword) noexcept;

// What a statement's first tokens tell about running it.
struct StatementNature {
  enum class Role : std::uint8_t {
    ordinary,
    begin,
    commit,
    savepoint,
    foreign_keys_off,
    foreign_keys_on,
    refused  // `why` says why it cannot be in a migration
  };
  Role role = Role::ordinary;
  std::string_view why;  // not empty for an ordinary statement: why it cannot run in a transaction
};

// `tokens` are the statement's first ones, at least 64 if it has so many. Where they leave doubt, the
// statement counts as one that cannot run in a transaction.
// Source: the calls of PreventInTransactionBlock in PostgreSQL 14 to 18; src/pragma.c and vacuum.c of
// SQLite.
[[nodiscard]] StatementNature nature_of(std::span<const backend::SqlToken> tokens,
                                        backend::Flavour flavour);

// Whether the statement sets something that lasts as long as its session, and may be set again. `tokens`
// are the statement's first ones, at least 6 if it has so many.
[[nodiscard]] bool sets_session(std::span<const backend::SqlToken> tokens, backend::Flavour flavour);

}  // namespace tenon::detail
