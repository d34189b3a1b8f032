#include <array>
#include <memory>

#include <tenon/backend/driver.hpp>
#include <tenon/backend/registry.hpp>
#include <tenon/backends/sqlite.hpp>

#include "engine.hpp"
#include "memory_statistics.hpp"
#include "tenant_files/tenant_files_engine.hpp"
#include "url.hpp"

namespace tenon::sqlite {
namespace {

class Driver final : public backend::Driver {
 public:
  [[nodiscard]] std::span<const std::string_view> schemes() const noexcept override {
    static constexpr std::array<std::string_view, 1> names{"sqlite"};
    return names;
  }
  [[nodiscard]] std::unique_ptr<backend::Engine> open(const Config& config) const override {
    const Location location = parse_url(config.url);
    if (!config.sqlite.memory_statistics) stop_memory_statistics();
    if (location.tenant_files) return std::make_unique<TenantFilesEngine>(location, config);
    return std::make_unique<Engine>(location, config);
  }
  void check(const Config& config) const override { (void)parse_url(config.url); }
};

}  // namespace

void register_driver() {
  static const bool once = [] {
    backend::register_driver(std::make_shared<const Driver>());
    return true;
  }();
  (void)once;
}

}  // namespace tenon::sqlite

// The linker is told to keep this symbol (tenon_keep_symbol), and with it the static initialiser below.
extern "C" TENON_API void tenon_register_sqlite();
extern "C" void tenon_register_sqlite() {
  tenon::sqlite::register_driver();
}

namespace {
[[maybe_unused]] const bool registered = (tenon::sqlite::register_driver(), true);
}  // namespace
