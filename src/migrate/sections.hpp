#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tenon::detail {

// A line with which another tool's file begins one of its two directions.
struct Section {
  std::size_t offset = 0;  // of the line
  bool goose = false;
};

// The first such line for `direction`, "up" or "down": `-- +goose Down`, sql-migrate's `-- +migrate Down`,
// dbmate's `-- migrate:down`, with options behind it, in whatever case.
[[nodiscard]] std::optional<Section> find_section(std::string_view text, std::string_view direction);

}  // namespace tenon::detail
