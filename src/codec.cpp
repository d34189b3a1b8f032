#include <utility>

#include <tenon/codec.hpp>
#include <tenon/error.hpp>

namespace tenon {

struct Scratch::Kept {
  std::string text;
  Kept* before;
};

std::string_view Scratch::keep(std::string text) {
  last_ = new Kept{std::move(text), last_};
  return last_->text;
}

void Scratch::release() noexcept {
  while (last_ != nullptr) delete std::exchange(last_, last_->before);
}

void Codec<std::string>::decode(const backend::Value& v, std::string& value) {
  value.clear();
  value.append(v.bytes());  // which asks less than assign
}

void Codec<Json>::decode(const backend::Value& v, Json& value) {
  v.is_unchecked() ? value.assign_unchecked(v.bytes()) : value.assign(v.bytes());
}

void Codec<Decimal>::decode(const backend::Value& v, Decimal& value) {
  std::optional<Decimal> parsed = Decimal::parse(v.bytes());
  if (!parsed) detail::refuse_stored_value("a decimal is not a number");
  value = *std::move(parsed);
}

void Codec<Blob>::decode(const backend::Value& v, Blob& value) {
  const auto* first = reinterpret_cast<const std::byte*>(v.bytes().data());
  value.assign(first, first + v.bytes().size());
}

}  // namespace tenon

namespace tenon::detail {

void refuse_value(const char* why) {
  throw Error(Error::Kind::invalid_argument, std::string("cannot store: ") + why);
}

void refuse_stored_value(const char* why) {
  throw Error(Error::Kind::corrupt, std::string("cannot read: ") + why);
}

}  // namespace tenon::detail
