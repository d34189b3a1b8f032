#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <tenon/backend/dialect.hpp>

namespace tenon::detail {

// Writes SQL at compile time or at run time: first without a buffer to learn the size, then into one.
// Placeholders number themselves, so their first appearances ascend as backend::Statement asks.
//
// For g++ a call that it evaluates at compile time costs as much as one to two characters, in the pass that
// only counts, too. So what is used often makes few calls.
class SqlText {
 public:
  constexpr explicit SqlText(backend::Flavour flavour, char* out = nullptr) noexcept
      : flavour_(flavour), out_(out) {}

  constexpr SqlText& operator<<(std::string_view text) noexcept {
    const std::size_t size = text.size();
    if (out_ != nullptr) copy(text.data(), size, size_);
    size_ += size;
    return *this;
  }
  template <std::size_t size>
  constexpr SqlText& operator<<(const char (&literal)[size]) noexcept {
    if (out_ != nullptr) copy(literal, size - 1, size_);
    size_ += size - 1;
    return *this;
  }
  // A quoted identifier without a quote in it, as the name of a member is.
  constexpr SqlText& column(std::string_view name) noexcept {
    const std::size_t size = name.size();
    if (out_ != nullptr) {
      out_[size_] = '"';
      copy(name.data(), size, size_ + 1);
      out_[size_ + 1 + size] = '"';
    }
    size_ += size + 2;
    return *this;
  }
  // Such names, with commas.
  constexpr SqlText& columns(const std::string_view* names, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) *this << ", ";
      column(names[i]);
    }
    return *this;
  }
  // A quoted identifier, so that no name can be taken for a keyword or break out.
  constexpr SqlText& identifier(std::string_view name) noexcept { return quoted(name.data(), name.size()); }
  // The table of a statement, `schema.name`, as the flavour spells it. SQLite's is named with its database,
  // for a view of raw SQL's in `temp` may bear the same name.
  constexpr SqlText& table(std::string_view name) noexcept {
    if (flavour_ == backend::Flavour::sqlite) *this << "\"main\".";
    return table_name(name);
  }
  // The same without the database, as definitions want it.
  constexpr SqlText& table_name(std::string_view name) noexcept {
    const char* const text = name.data();
    const std::size_t size = name.size();
    std::size_t dot = 0;
    while (dot < size && text[dot] != '.') ++dot;
    if (dot == size) return quoted(text, size);
    if (flavour_ == backend::Flavour::postgres)
      return quoted(text, dot).put('.').quoted(text + dot + 1, size - dot - 1);
    put('"');
    for (std::size_t i = 0; i < size; ++i) put(text[i] == '.' ? '_' : text[i]);
    return put('"');
  }
  constexpr SqlText& placeholder() noexcept {
    ++placeholders_;
    return placeholder_again();
  }
  // The one that was written last.
  constexpr SqlText& placeholder_again() noexcept {
    const std::size_t n = placeholders_;
    put('$');
    return n < 10 ? put(static_cast<char>('0' + n)) : number(n);
  }
  // So many, with commas.
  constexpr SqlText& placeholders(std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) *this << ", ";
      placeholder();
    }
    return *this;
  }
  constexpr SqlText& number(std::size_t n) noexcept {
    if (n >= 10) number(n / 10);
    return put(static_cast<char>('0' + n % 10));
  }
  constexpr SqlText& put(char c) noexcept {
    if (out_ != nullptr) out_[size_] = c;
    ++size_;
    return *this;
  }

  [[nodiscard]] constexpr backend::Flavour flavour() const noexcept { return flavour_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

 private:
  // By index, and four at a time: g++ steps a pointer, and a loop, at several times the cost while it
  // compiles.
  constexpr void copy(const char* text, std::size_t size, std::size_t at) noexcept {
    char* const to = out_ + at;
    std::size_t i = 0;
    for (; i + 4 <= size; i += 4) {
      to[i] = text[i];
      to[i + 1] = text[i + 1];
      to[i + 2] = text[i + 2];
      to[i + 3] = text[i + 3];
    }
    for (; i < size; ++i) to[i] = text[i];
  }
  constexpr SqlText& quoted(const char* text, std::size_t size) noexcept {
    if (out_ != nullptr) out_[size_] = '"';
    ++size_;
    for (std::size_t i = 0; i < size; ++i) {
      if (text[i] == '"') put('"');
      if (out_ != nullptr) out_[size_] = text[i];
      ++size_;
    }
    return put('"');
  }

  backend::Flavour flavour_;
  char* out_;
  std::size_t size_ = 0;
  std::size_t placeholders_ = 0;
};

// Writes `separator` before every use but the first.
class Separator {
 public:
  constexpr explicit Separator(std::string_view text) noexcept : text_(text) {}
  constexpr void operator()(SqlText& out) noexcept {
    if (used_) out << text_;
    used_ = true;
  }

 private:
  std::string_view text_;
  bool used_ = false;
};

template <class Writer>
constexpr std::size_t text_size(backend::Flavour flavour) noexcept {
  SqlText counter(flavour);
  Writer::write(counter);
  return counter.size();
}
template <class Writer, std::size_t size>
constexpr std::array<char, size> text_chars(backend::Flavour flavour) noexcept {
  std::array<char, size> buffer{};
  SqlText out(flavour, buffer.data());
  Writer::write(out);
  return buffer;
}

// The text that Writer::write(SqlText&) gives, made at compile time.
template <class Writer, backend::Flavour flavour>
struct StaticText {
  static constexpr std::size_t size = text_size<Writer>(flavour);
  static constexpr std::array<char, size + 1> chars = text_chars<Writer, size + 1>(flavour);
  static constexpr std::string_view text{chars.data(), size};
};

}  // namespace tenon::detail
