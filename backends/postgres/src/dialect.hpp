#pragma once

#include <string>
#include <string_view>

#include <tenon/backend/dialect.hpp>

namespace tenon::postgres {

class PostgresDialect final : public backend::Dialect {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "postgresql"; }
  [[nodiscard]] backend::Flavour flavour() const noexcept override { return backend::Flavour::postgres; }
  [[nodiscard]] std::string start_of(backend::CalendarUnit unit,
                                     std::string_view timestamp_column) const override;
  [[nodiscard]] std::string_view create_schema_history() const noexcept override;
  [[nodiscard]] std::string_view schema_history_applied_at() const noexcept override;
  [[nodiscard]] std::string_view notify() const noexcept override;
};

}  // namespace tenon::postgres
