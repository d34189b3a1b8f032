// Two tenant ids: the first byte is the first one's length. Whatever they are, each is refused when its
// context is made or serves rows of its own, and two that differ in a byte never share one.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "arena.hpp"

namespace tenon::fuzz {
namespace {

std::optional<TenantScope> scope_of(std::string_view id) {
  try {
    return scene().scope(std::string(id));
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::invalid_argument) fail(error.what(), id);
    return std::nullopt;
  }
}

void expect(bool holds, std::string_view what, std::string_view id) {
  if (!holds) fail(what, id);
}

void play(std::string_view first, std::string_view second) {
  const std::optional<TenantScope> one = scope_of(first);
  const std::optional<TenantScope> other = scope_of(second);
  if (!one || !other || first == second) return;
  const Repository<Shelf> ours(*one);
  const Repository<Shelf> theirs(*other);
  const std::string raw = "SELECT \"label\" FROM " + scene().table().spelling;
  expect(ours.count() == 0, "a tenant begins with rows", first);
  ours.insert({"key", "ours"});
  expect(theirs.count() == 0, "a repository shows another's row", second);
  expect(other->query<std::string>(raw).empty(), "raw SQL shows another's row", second);
  expect(!theirs.remove("key"), "a repository removes another's row", second);
  theirs.insert({"key", "theirs"});
  one->transact([&](Transaction& tx) {
    expect(Repository<Shelf>(tx).get("key").value().label == "ours", "a transaction shows another's row",
           first);
    expect(tx.query<std::string>(raw) == std::vector<std::string>{"ours"}, "raw SQL shows another's row",
           first);
  });
  expect(ours.remove_where(field<&Shelf::label> >= "") == 1, "a tenant has other rows", first);
  expect(theirs.remove_where(field<&Shelf::label> >= "") == 1, "a tenant has lost its row", second);
}

}  // namespace
}  // namespace tenon::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t length = data[0] % text.size();
  try {
    tenon::fuzz::play(text.substr(0, length), text.substr(length));
  } catch (const std::exception& error) {
    tenon::fuzz::fail(std::string("the library threw: ") + error.what(), text);
  }
  return 0;
}
