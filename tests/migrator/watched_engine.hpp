#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tenon/backend/driver.hpp>
#include <tenon/backend/registry.hpp>

namespace tenon::test {

/// What a watched database's maintenance connections are asked, and how to fail them.
struct Watch {
  std::vector<std::string> statements;
  std::function<void(std::string_view)> before;  // may throw, in the place of the statement
};

/// Opens databases of another scheme and shows what their maintenance connections do: "watched+sqlite:…".
class WatchedDriver final : public backend::Driver {
 public:
  static Watch& watch() {
    static Watch instance;
    return instance;
  }
  [[nodiscard]] std::span<const std::string_view> schemes() const noexcept override {
    static constexpr std::string_view all[] = {"watched+sqlite", "watched+postgresql"};
    return all;
  }
  [[nodiscard]] std::unique_ptr<backend::Engine> open(const Config& config) const override {
    Config inner = config;
    inner.url = config.url.substr(8);
    return std::make_unique<Engine>(backend::find_driver(inner.scheme())->open(inner));
  }

 private:
  class Maintenance final : public backend::Maintenance {
   public:
    explicit Maintenance(std::unique_ptr<backend::Maintenance> inner) : inner_(std::move(inner)) {}
    void execute(std::string_view sql) override { note(sql), inner_->execute(sql); }
    void copy_in(std::string_view sql, std::string_view data) override {
      note(sql), inner_->copy_in(sql, data);
    }
    std::vector<TextRow> query(std::string_view sql,
                               std::span<const std::string_view> parameters) override {
      note(sql);
      return inner_->query(sql, parameters);
    }
    void reset() override { note("reset"), inner_->reset(); }
    void begin() override { note("begin"), inner_->begin(); }
    void commit() override { note("commit"), inner_->commit(); }
    void rollback() noexcept override { inner_->rollback(); }
    void with_own_rights(detail::FunctionRef<void()> work) override {
      note("own rights"), inner_->with_own_rights(work);
    }
    void wait_at_most(std::chrono::milliseconds longest) override { inner_->wait_at_most(longest); }
    bool try_lock(std::string_view name) override { return note("lock"), inner_->try_lock(name); }
    void unlock(std::string_view name) noexcept override { inner_->unlock(name); }
    bool holds_lock(std::string_view name) override { return note("holds"), inner_->holds_lock(name); }
    void require_own_session() override { note("session"), inner_->require_own_session(); }

   private:
    static void note(std::string_view what) {
      watch().statements.emplace_back(what);
      if (watch().before) watch().before(what);
    }
    std::unique_ptr<backend::Maintenance> inner_;
  };

  class Engine final : public backend::Engine {
   public:
    explicit Engine(std::unique_ptr<backend::Engine> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] const backend::Dialect& dialect() const noexcept override { return inner_->dialect(); }
    [[nodiscard]] std::string version() override { return inner_->version(); }
    std::uint64_t execute(const backend::Principal& principal, const backend::Call& call) override {
      return inner_->execute(principal, call);
    }
    std::uint64_t insert(const backend::Principal& principal, const backend::BatchInsert& batch) override {
      return inner_->insert(principal, batch);
    }
    std::unique_ptr<backend::Session> begin(const backend::Principal& principal,
                                            const backend::TransactionOptions& options) override {
      return inner_->begin(principal, options);
    }
    std::unique_ptr<backend::Maintenance> maintenance() override {
      return std::make_unique<Maintenance>(inner_->maintenance());
    }
    std::unique_ptr<backend::Probe> probe(backend::Deadline deadline) override {
      return inner_->probe(deadline);
    }
    [[nodiscard]] std::span<const EmbeddedMigration> bundled_migrations() const noexcept override {
      return inner_->bundled_migrations();
    }
    bool drain(backend::Deadline deadline) noexcept override { return inner_->drain(deadline); }
    void close() noexcept override { inner_->close(); }

   private:
    std::unique_ptr<backend::Engine> inner_;
  };
};

}  // namespace tenon::test
