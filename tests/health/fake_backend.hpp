#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include <tenon/backend/engine.hpp>
#include <tenon/backend/registry.hpp>
#include <tenon/config.hpp>
#include <tenon/error.hpp>

namespace tenon::test {

/// What a backend of the scheme `fake`, which can do nothing but be looked at, does.
struct FakeBackend {
  /// `probe` counts the connections for checks from 1.
  std::function<void(int probe, backend::Deadline deadline)> ping = [](int, backend::Deadline) {};
  std::function<void()> refuse_calls = [] {};  ///< the engine's drain() or close()
  int probes = 0;
  std::atomic<int> engines{0};  ///< those that are not destroyed yet
};

[[noreturn]] inline void lose_connection() {
  throw Error(Error::Kind::unavailable, "the connection was lost");
}

class FakeProbe final : public backend::Probe {
 public:
  explicit FakeProbe(FakeBackend& fake) : fake_(fake), number_(++fake.probes) {}
  void ping(backend::Deadline deadline) override { fake_.ping(number_, deadline); }
  [[nodiscard]] backend::Vitals vitals(backend::Deadline) override { return {}; }
  [[nodiscard]] std::vector<backend::Maintenance::TextRow> query(std::string_view,
                                                                 std::span<const std::string_view>,
                                                                 backend::Deadline) override {
    return {};
  }

 private:
  FakeBackend& fake_;
  const int number_;
};

class FakeDialect final : public backend::Dialect {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "fake"; }
  [[nodiscard]] backend::Flavour flavour() const noexcept override { return backend::Flavour::sqlite; }
  [[nodiscard]] std::string start_of(backend::CalendarUnit, std::string_view column) const override {
    return std::string(column);
  }
  [[nodiscard]] std::string_view create_schema_history() const noexcept override { return {}; }
  [[nodiscard]] std::string_view schema_history_applied_at() const noexcept override { return {}; }
};

class FakeEngine final : public backend::Engine {
 public:
  explicit FakeEngine(FakeBackend& fake) : fake_(fake) { ++fake_.engines; }
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;
  ~FakeEngine() override { --fake_.engines; }
  [[nodiscard]] const backend::Dialect& dialect() const noexcept override { return dialect_; }
  [[nodiscard]] std::string version() override { return "fake"; }
  std::uint64_t execute(const backend::Principal&, const backend::Call&) override { lose_connection(); }
  std::uint64_t insert(const backend::Principal&, const backend::BatchInsert&) override {
    lose_connection();
  }
  std::unique_ptr<backend::Session> begin(const backend::Principal&,
                                          const backend::TransactionOptions&) override {
    lose_connection();
  }
  std::unique_ptr<backend::Maintenance> maintenance() override { lose_connection(); }
  [[nodiscard]] std::unique_ptr<backend::Probe> probe(backend::Deadline) override {
    return std::make_unique<FakeProbe>(fake_);
  }
  [[nodiscard]] std::span<const EmbeddedMigration> bundled_migrations() const noexcept override {
    return {};
  }
  bool drain(backend::Deadline) noexcept override {
    fake_.refuse_calls();
    return true;
  }
  void close() noexcept override { fake_.refuse_calls(); }

 private:
  FakeBackend& fake_;
  FakeDialect dialect_;
};

class FakeDriver final : public backend::Driver {
 public:
  explicit FakeDriver(FakeBackend& fake) : fake_(fake) {}
  [[nodiscard]] std::span<const std::string_view> schemes() const noexcept override {
    static constexpr std::array<std::string_view, 1> names{"fake"};
    return names;
  }
  [[nodiscard]] std::unique_ptr<backend::Engine> open(const Config&) const override {
    return std::make_unique<FakeEngine>(fake_);
  }

 private:
  FakeBackend& fake_;
};

}  // namespace tenon::test
