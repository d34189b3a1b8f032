#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include <tenon/backend/dialect.hpp>

namespace tenon::test {

using Random = std::mt19937_64;

// Fragments of SQL in a random order, most of it nonsense.
[[nodiscard]] std::string token_soup(Random& random, backend::Flavour flavour, std::size_t fragments);

// Statements that the database accepts, with semicolons, quotes and comments where a naive splitter breaks.
// They make tables t1 …, with rows, and triggers and functions of every shape.
[[nodiscard]] std::string valid_script(Random& random, backend::Flavour flavour, std::size_t statements);

// What must hold for every text: the pieces stand in the text's order, nothing but comments, semicolons and
// transaction control is between them, and each alone is one statement again. Returns what does not hold,
// or
// "" when all does or when the text is refused with Error invalid_argument.
[[nodiscard]] std::string broken_rule_of_splitting(std::string_view sql, backend::Flavour flavour);

}  // namespace tenon::test
