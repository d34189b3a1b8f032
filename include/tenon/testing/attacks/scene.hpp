#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/database.hpp>
#include <tenon/repository.hpp>
#include <tenon/testing/attacks/wording.hpp>
#include <tenon/testing/backend.hpp>
#include <tenon/testing/host_schema.hpp>

namespace tenon::testing {

/// A database of its own with the host's table, where attackers meet victims. It has one connection, so
/// that whatever one tenant leaves behind on it is there for the next.
///
/// Thread safety: none; what it hands out has that of its own type.
class AttackScene {
 public:
  AttackScene(const AttackScene&) = delete;
  AttackScene& operator=(const AttackScene&) = delete;
  virtual ~AttackScene() { database_.close(); }

  [[nodiscard]] Database& database() noexcept { return database_; }
  [[nodiscard]] const AttackedTable& table() const noexcept { return table_; }
  [[nodiscard]] Backend& backend() const noexcept { return backend_; }
  [[nodiscard]] std::string url() const { return place_->url(); }
  [[nodiscard]] TenantScope scope(const std::string& tenant, Role role = Role::customer) const {
    return database_.scope(TenantContext(tenant, role));
  }

  /// Two tenants with rows, whom no attack knows yet.
  [[nodiscard]] virtual Encounter meet() = 0;
  /// Everything that is not the attacker's, as one text.
  [[nodiscard]] virtual std::string untouchable(const std::string& attacker) = 0;

  /// The configuration of a database with one connection.
  [[nodiscard]] static Config with_one_connection(Config config) {
    config.pool.size = 1;
    config.pool.max_overflow = 0;
    config.sqlite.readers = 1;
    return config;
  }

 protected:
  AttackScene(Backend& backend, std::unique_ptr<TestDatabase> place, Database database)
      : backend_(backend), place_(std::move(place)), database_(std::move(database)) {}

  AttackedTable table_;

 private:
  Backend& backend_;
  std::unique_ptr<TestDatabase> place_;
  Database database_;
};

/// The scene on the table of an entity.
template <class T>
class SceneOf : public AttackScene {
 public:
  explicit SceneOf(Backend& backend) : SceneOf(backend, backend.create()) {}

  [[nodiscard]] Repository<T> rows_of(const std::string& tenant) const {
    return Repository<T>(scope(tenant));
  }
  [[nodiscard]] static T row(std::uint64_t number, std::string_view text) {
    return AttackTarget<T>::row(number, std::string(text));
  }
  [[nodiscard]] static std::string& text_of(T& row) { return row.*AttackTarget<T>::text; }
  [[nodiscard]] static Key<T> key_of(const T& row) { return Key<T>::of(row); }

  /// The numbers of rows: `own` and `own` + 1 the attacker's, from `victims` three of the victim's, the
  /// last of them and `free` not the attacker's, `free` and all above nobody's.
  struct Numbers {
    std::uint64_t own;
    std::uint64_t victims;
    std::uint64_t free;
  };
  [[nodiscard]] Numbers numbers() const noexcept {
    const std::uint64_t first = 100'000 * meetings_;
    return table_.keys_span_tenants ? Numbers{first, first + 2, first + 5}
                                    : Numbers{first, first, first + 3};
  }

  /// Makes what a tenant's first row refers to.
  void admit(const std::string& tenant) {
    if constexpr (requires { AttackTarget<T>::admit(database(), tenant); })
      AttackTarget<T>::admit(database(), tenant);
  }

  [[nodiscard]] Encounter meet() override {
    ++meetings_;
    const Numbers n = numbers();
    Encounter encounter{.attacker = detail::tenant_id<T>(3 * meetings_),
                        .victim = detail::tenant_id<T>(3 * meetings_ + 1),
                        .nobody = detail::tenant_id<T>(3 * meetings_ + 2),
                        .own_key = key_literal(n.own),
                        .second_key = key_literal(n.own + 1),
                        .victims_key = key_literal(n.free - 1),
                        .new_key = key_literal(n.free)};
    admit(encounter.attacker);
    admit(encounter.victim);
    rows_of(encounter.attacker).insert(row(n.own, "own 1"));
    rows_of(encounter.attacker).insert(row(n.own + 1, "own 2"));
    for (std::uint64_t i = n.victims; i < n.free; ++i)
      rows_of(encounter.victim).insert(row(i, std::string(victims_marker) + " " + std::to_string(i)));
    return encounter;
  }

  [[nodiscard]] std::string untouchable(const std::string& attacker) override {
    std::vector<std::string> rows;
    database().administrator("attack suite").template for_each<T>(all(), [&](Owned<T>& owned) {
      if (owned.tenant != attacker) rows.push_back(owned.tenant + "\n" + bytes_of(owned.entity));
    });
    std::sort(rows.begin(), rows.end());
    std::string text;
    for (const std::string& one : rows) text += one + "\n";
    return text;
  }

 protected:
  SceneOf(Backend& backend, std::unique_ptr<TestDatabase> place)
      : SceneOf(backend, with_one_connection(backend.config(place->url())), std::move(place)) {}

 private:
  SceneOf(Backend& backend, const Config& config, std::unique_ptr<TestDatabase>&& place)
      : AttackScene(backend, std::move(place), Database::open(config)) {
    if constexpr (requires { AttackTarget<T>::migrate(backend, database()); }) {
      AttackTarget<T>::migrate(backend, database());
    } else {
      AttackTarget<T>::migrate(database());
    }
    table_ = detail::describe<T>(database());
  }

  [[nodiscard]] static std::string key_literal(std::uint64_t number) {
    Scratch scratch;
    std::array<backend::Value, tenon::detail::Entity<T>::key_count> values;
    const T made = row(number, "");
    Key<T>::of(made).encode(values.data(), scratch);
    return detail::literal(values[0]);
  }
  [[nodiscard]] static std::string bytes_of(const T& row) {
    Scratch scratch;
    std::array<backend::Value, tenon::detail::Entity<T>::count> values;
    tenon::detail::encode_row(row, false, values.data(), scratch);
    std::string bytes;
    for (const backend::Value& value : values) tenon::detail::append_key_bytes(value, bytes);
    return bytes;
  }

  std::uint64_t meetings_ = 0;
};

}  // namespace tenon::testing
