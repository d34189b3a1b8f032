#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <tenon/backend/value.hpp>
#include <tenon/export.hpp>

namespace tenon::postgres {

/// Which statements one connection's server session has prepared: least recently used ones leave when there
/// are more than `limit`, and are deallocated by a later flight.
///
/// Names follow from text and parameter types, so that behind a transaction pooler the same name means the
/// same statement in every session. Texts of the library have their id; a text that comes from elsewhere,
/// raw SQL, gets a name that nobody can make two texts for, or one that stands for a statement of the
/// library: it could run in the place of that, under another's tenant or before a tenant is bound.
///
/// Thread safety: none; it belongs to its connection.
class TENON_API StatementCache {
 public:
  explicit StatementCache(std::size_t limit) : limit_(limit == 0 ? 1 : limit) {}

  enum class Lookup : std::uint8_t {
    prepared,  ///< execute it by its name
    absent,    ///< prepare it under its name, then call add()
    unnamed    ///< another text has the same hash, or the server has under that name what is of no use
  };
  struct Found {
    Lookup lookup;
    const char* name = nullptr;  ///< of what is prepared; until it leaves the cache
  };
  /// Zero-terminated; PostgreSQL cuts names after 63 characters.
  using Name = std::array<char, 54>;
  /// Of a statement of the library.
  [[nodiscard]] static Name name_of(std::uint64_t id) noexcept;
  /// Of any other.
  [[nodiscard]] static Name name_of(std::string_view sql, std::span<const backend::Type> parameters);
  /// The name under which to prepare what has this one: another each time once the connection has let
  /// statements go or burnt names, for PgBouncer, from 1.21 on, knows nothing of DEALLOCATE and ends a
  /// connection that prepares a name again (https://www.pgbouncer.org/config.html#max_prepared_statements).
  [[nodiscard]] Name unused(Name name) const noexcept;

  /// `lasting`: what is at that place in memory under that id never changes, so it is compared once.
  [[nodiscard]] Found find(std::uint64_t id, std::string_view sql, bool lasting = false);
  void add(std::uint64_t id, std::string_view sql, const Name& name);
  /// The server does not have it (any more); no need to deallocate.
  void forget(std::uint64_t id);
  /// The server has it in a form that is of no use: deallocate it, then prepare again.
  void discard(std::uint64_t id);
  /// discard() for a plan that does not fit the tables any more. False where it was that at its first use:
  /// PgBouncer gives what is prepared anew the plan that the server has for the same text, so that it is
  /// run unnamed from then on.
  bool outdate(std::uint64_t id);
  /// A name was sent to be prepared and is not. PgBouncer has noted it nevertheless, so that unused() gives
  /// others from now on.
  void burn() noexcept { ++let_go_; }
  /// discard() for all of them.
  void discard_all();
  void clear();

  /// The server does not know a name that is to be deallocated, so a pooler has its own: none is any more.
  void stop_deallocating() noexcept { deallocates_ = false; }
  /// Statements to deallocate; the caller takes over.
  [[nodiscard]] std::vector<Name> take_evicted();
  [[nodiscard]] bool has_evicted() const noexcept { return !evicted_.empty(); }

 private:
  struct Entry {
    Name name;
    std::string sql;
    std::string_view compared;  // the lasting text that was found to be the same
    std::uint64_t added = 0;
    std::uint64_t used = 0;  // as `added` until it is found
  };
  [[nodiscard]] std::uint64_t least_recent() const;

  std::size_t limit_;
  std::uint64_t uses_ = 0;
  std::uint32_t let_go_ = 0;
  bool deallocates_ = true;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::unordered_map<std::uint64_t, Name> evicted_;
  std::unordered_set<std::uint64_t> unnamed_;  // prepared, they get a plan that is of no use; few
};

}  // namespace tenon::postgres
