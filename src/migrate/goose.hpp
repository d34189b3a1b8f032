#pragma once

#include <string_view>

#include <tenon/migration.hpp>

namespace tenon::detail {

// True when a line of the text begins with "-- +goose", in whatever spelling goose takes.
[[nodiscard]] bool is_goose(std::string_view text) noexcept;

// Takes the text of a goose file apart into `up`, `down` and `no_transaction` of the migration, with the
// lines on which they begin. The line `-- +goose StatementEnd` becomes one that ends a statement.
// Throws Error invalid_argument, with file and line, for annotations that are unknown, stand in the wrong
// order or ask for ENVSUB.
// Source: pressly/goose, internal/sqlparser/parser.go.
void read_goose(std::string_view text, std::string_view file, Migration& migration);

}  // namespace tenon::detail
