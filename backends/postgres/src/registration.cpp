#include <array>
#include <memory>
#include <span>
#include <string_view>

#include <tenon/backend/driver.hpp>
#include <tenon/backend/registry.hpp>
#include <tenon/backends/postgres.hpp>

#include "engine.hpp"

namespace tenon::postgres {

namespace {

class PostgresDriver final : public backend::Driver {
 public:
  [[nodiscard]] std::span<const std::string_view> schemes() const noexcept override {
    static constexpr std::array<std::string_view, 3> names{"postgresql", "postgres", "postgresql+psycopg2"};
    return names;
  }
  [[nodiscard]] std::unique_ptr<backend::Engine> open(const Config& config) const override {
    return std::make_unique<PostgresEngine>(config);
  }
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
