#pragma once

#include <array>
#include <cstddef>
#include <forward_list>
#include <string_view>

#include <tenon/uuid.hpp>

namespace tenon::sqlite {

// The texts of the UUIDs that one execution binds, so that SQLite need not copy them to its heap.
class UuidTexts {
 public:
  UuidTexts() = default;
  UuidTexts(const UuidTexts&) = delete;
  UuidTexts& operator=(const UuidTexts&) = delete;

  // Lives until clear().
  [[nodiscard]] std::string_view write(const Uuid& id) {
    Text& text = used_ < few_.size() ? few_[used_++] : more_.emplace_front();
    id.write(text.data());
    return {text.data(), text.size()};
  }
  void clear() noexcept {
    used_ = 0;
    more_.clear();
  }

 private:
  using Text = std::array<char, 36>;

  std::array<Text, 4> few_;
  std::size_t used_ = 0;
  std::forward_list<Text> more_;
};

}  // namespace tenon::sqlite
