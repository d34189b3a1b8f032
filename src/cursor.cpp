#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include <tenon/detail/batch.hpp>
#include <tenon/detail/find.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Base64url without padding (RFC 4648 section 5).
std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) text += alphabet[(bits >> (held - 6)) & 63U];
  }
  if (held > 0) text += alphabet[(bits << (6 - held)) & 63U];
  return text;
}

bool from_base64(std::string_view text, std::string& bytes) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((bits >> held) & 0xFFU);
    }
  }
  return true;
}

template <class Number>
void append_raw(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

// Type, then the value: eight bytes for numbers, sixteen for a uuid, length and bytes for text.
void append_value(std::string& out, const backend::Value& value) {
  out += static_cast<char>(value.type());
  switch (value.type()) {
    case backend::Type::float64:
      append_raw(out, value.real());
      break;
    case backend::Type::uuid:
      out.append(reinterpret_cast<const char*>(value.uuid().data()), value.uuid().size());
      break;
    case backend::Type::text:
    case backend::Type::json:
    case backend::Type::decimal:
    case backend::Type::blob:
      append_raw(out, static_cast<std::uint32_t>(value.bytes().size()));
      out += value.bytes();
      break;
    default:
      append_raw(out, value.integral());
  }
}

class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  template <class Number>
  bool read(Number& number) {
    if (rest_.size() < sizeof number) return false;
    std::memcpy(&number, rest_.data(), sizeof number);
    rest_.remove_prefix(sizeof number);
    return true;
  }
  bool read(backend::Value& value, backend::Type wanted) {
    std::uint8_t type = 0;
    if (!read(type) || static_cast<backend::Type>(type) != wanted) return false;
    switch (wanted) {
      case backend::Type::float64: {
        double number = 0;
        if (!read(number) || std::isnan(number)) return false;
        value = backend::Value::real(number);
        return true;
      }
      case backend::Type::uuid: {
        backend::Value::UuidBytes bytes;
        if (!read(bytes)) return false;
        value = backend::Value::uuid(bytes);
        return true;
      }
      case backend::Type::text:
      case backend::Type::json:
      case backend::Type::decimal:
      case backend::Type::blob: {
        std::uint32_t length = 0;
        if (!read(length) || rest_.size() < length) return false;
        value = read_bytes(wanted, rest_.substr(0, length));
        rest_.remove_prefix(length);
        return true;
      }
      default: {
        std::int64_t number = 0;
        if (!read(number)) return false;
        value = backend::Value::integral(wanted, number);
        return true;
      }
    }
  }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  // Text is taken as it was read: raw SQL can leave a NUL there on SQLite, which would end the pages for
  // good.
  static backend::Value read_bytes(backend::Type wanted, std::string_view bytes) {
    return wanted == backend::Type::text ? backend::Value::known_text(bytes)
                                         : backend::Value::bytes(wanted, bytes);
  }

  std::string_view rest_;
};

}  // namespace

PageBounds::PageBounds() noexcept = default;
PageBounds::PageBounds(std::size_t rows, std::optional<Cursor>&& cursor) noexcept
    : limit(rows), after(std::move(cursor)) {}
PageBounds::PageBounds(const PageBounds& other) = default;
PageBounds::PageBounds(PageBounds&& other) noexcept = default;
PageBounds& PageBounds::operator=(const PageBounds& other) = default;
PageBounds& PageBounds::operator=(PageBounds&& other) noexcept = default;
PageBounds::~PageBounds() = default;

std::uint64_t cursor_shape(std::uint64_t order_shape, std::string_view tenant) noexcept {
  std::uint64_t hash = order_shape;
  for (const char c : tenant) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

Cursor write_cursor(std::uint64_t shape, std::span<const backend::Value> values) {
  std::string bytes;
  append_raw(bytes, shape);
  for (const backend::Value& value : values) append_value(bytes, value);
  return {to_base64(bytes)};
}

void read_cursor(const Cursor& cursor, std::uint64_t shape, std::span<const backend::Type> types,
                 std::span<backend::Value> values, std::string& storage) {
  storage.clear();
  bool sound = from_base64(cursor.text, storage);
  Reader reader(storage);
  std::uint64_t written_shape = 0;
  sound = sound && reader.read(written_shape) && written_shape == shape;
  for (std::size_t i = 0; sound && i < types.size(); ++i) sound = reader.read(values[i], types[i]);
  if (!sound || !reader.at_end())
    throw Error(
        Error::Kind::invalid_argument,
        "find: the cursor is damaged or belongs to another tenant, entity or order; start without one");
}

void append_key_bytes(const backend::Value& value, std::string& out) {
  append_value(out, value);
}

void KeyList::add(backend::Values key) {
  std::string& bytes = keys_.emplace_back();
  for (const backend::Value& value : key) append_key_bytes(value, bytes);
}

void KeyList::refuse_repeated(std::string_view table) {
  std::sort(keys_.begin(), keys_.end());
  if (std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end())
    refuse_row(Error::Kind::invalid_argument, table, "upsert_all", "two rows of the batch have one key");
}

void rethrow_for_column(const Error& error, std::string_view table, std::string_view column) {
  throw Error(error.kind(), std::string(table).append(".").append(column).append(": ").append(error.what()),
              error.detail());
}

void refuse_row(Error::Kind kind, std::string_view table, std::string_view verb, std::string_view why) {
  throw Error(kind, std::string(last_name(table)).append(".").append(verb).append(": ").append(why));
}

}  // namespace tenon::detail
