#include <array>
#include <memory>
#include <span>
#include <string_view>

#include <tenon/backend/driver.hpp>
#include <tenon/backend/registry.hpp>
#include <tenon/backends/postgres.hpp>

#include "engine.hpp"
#include "url_check.hpp"

namespace tenon::postgres {

namespace {

class PostgresDriver final : public backend::Driver {
 public:
  [[nodiscard]] std::span<const std::string_view> schemes() const noexcept override {
    static constexpr std::array<std::string_view, 3> names{"postgresql", "postgres", "postgresql+psycopg2"};
    return names;
  }
  [[nodiscard]] std::unique_ptr<backend::Engine> open(const Config& config) const override {
    check_url(config);
    if (config.password.empty() || config.postgres.password || !config.postgres.password_file.empty())
      return std::make_unique<PostgresEngine>(config);
    Config with_password = config;
    with_password.postgres.password = [password = config.password] { return password.reveal(); };
    return std::make_unique<PostgresEngine>(with_password);
  }
  void check(const Config& config) const override { check_url(config); }
};

[[maybe_unused]] const bool registered = (register_driver(), true);

}  // namespace

void register_driver() {
  backend::register_driver(std::make_shared<PostgresDriver>());
}

}  // namespace tenon::postgres

// The symbol that programs name to the linker, so that it keeps this file of the archive.
extern "C" TENON_API void tenon_register_postgres();
void tenon_register_postgres() {
  tenon::postgres::register_driver();
}
