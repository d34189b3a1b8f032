#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "data.hpp"

// PostgreSQL's binary forms of a row's columns, in the order of raw_sql::all_columns.
namespace tenon_bench::pg_wire {

// PostgreSQL counts time from 2000-01-01.
inline constexpr std::int64_t epoch_us = 946'684'800'000'000;

template <class Number>
Number swapped(Number number) {
  if constexpr (std::endian::native == std::endian::little) {
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(Number)>>(number);
    for (std::size_t i = 0; i < sizeof(Number) / 2; ++i) std::swap(bytes[i], bytes[sizeof(Number) - 1 - i]);
    number = std::bit_cast<Number>(bytes);
  }
  return number;
}

/// The fields of one row of a result.
class Fields {
 public:
  Fields(const PGresult* result, int row) : result_(result), row_(row) {}

  [[nodiscard]] bool is_null(int column) const { return PQgetisnull(result_, row_, column) != 0; }
  [[nodiscard]] std::string_view text(int column) const {
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }
  [[nodiscard]] std::int64_t integer(int column) const { return number<std::int64_t>(column); }
  [[nodiscard]] double real(int column) const { return std::bit_cast<double>(integer(column)); }
  [[nodiscard]] std::int64_t time(int column) const { return integer(column) + epoch_us; }
  [[nodiscard]] Id id(int column) const {
    Id id;
    std::memcpy(id.data(), PQgetvalue(result_, row_, column), id.size());
    return id;
  }

 private:
  template <class Number>
  [[nodiscard]] Number number(int column) const {
    Number value;
    std::memcpy(&value, PQgetvalue(result_, row_, column), sizeof value);
    return swapped(value);
  }
  const PGresult* result_;
  int row_;
};

/// Parameters that point to their values. Numbers live in it, so it is not copied.
template <std::size_t size>
class Parameters {
 public:
  Parameters() { formats_.fill(1); }
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  Parameters& text(std::string_view value) { return add(value.data(), value.size()); }
  Parameters& id(const Id& value) { return add(reinterpret_cast<const char*>(value.data()), value.size()); }
  Parameters& integer(std::int64_t value) {
    numbers_[count_] = swapped(value);
    return add(reinterpret_cast<const char*>(&numbers_[count_]), sizeof value);
  }
  Parameters& real(double value) { return integer(std::bit_cast<std::int64_t>(value)); }
  Parameters& time(std::int64_t us) { return integer(us - epoch_us); }
  Parameters& null() { return add(nullptr, 0); }

  [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }
  [[nodiscard]] int count() const noexcept { return static_cast<int>(count_); }

 private:
  Parameters& add(const char* value, std::size_t length) {
    values_[count_] = value;
    lengths_[count_] = static_cast<int>(length);
    ++count_;
    return *this;
  }
  std::array<const char*, size> values_;
  std::array<int, size> lengths_;
  std::array<int, size> formats_;
  std::array<std::int64_t, size> numbers_;
  std::size_t count_ = 0;
};

/// The fields of binary COPY, each with its length in front.
class CopyFields {
 public:
  explicit CopyFields(std::string& out) : out_(out) {}

  CopyFields& text(std::string_view value) {
    length(value.size());
    out_.append(value);
    return *this;
  }
  CopyFields& id(const Id& value) {
    return text({reinterpret_cast<const char*>(value.data()), value.size()});
  }
  CopyFields& integer(std::int64_t value) {
    length(sizeof value);
    return number(value);
  }
  CopyFields& real(double value) { return integer(std::bit_cast<std::int64_t>(value)); }
  CopyFields& time(std::int64_t us) { return integer(us - epoch_us); }
  CopyFields& null() { return number(std::int32_t{-1}); }

  template <class Number>
  CopyFields& number(Number value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(Number)>>(swapped(value));
    out_.append(bytes.data(), bytes.size());
    return *this;
  }

 private:
  void length(std::size_t size) { number(static_cast<std::int32_t>(size)); }
  std::string& out_;
};

/// The tenant and the row into Parameters or CopyFields.
template <class Out>
void write_row(Out& out, std::string_view tenant, const Row& row) {
  out.text(tenant).id(row.id).text(row.request_id).time(row.started_at);
  row.completed_at ? out.time(*row.completed_at) : out.null();
  row.duration_ms ? out.integer(*row.duration_ms) : out.null();
  out.text(row.iac_type).text(row.environment);
  out.real(row.estimated_monthly_cost).real(row.estimated_first_week_cost).integer(row.resource_count);
  out.text(status_names[static_cast<std::size_t>(row.policy_status)]);
  row.policy_id ? out.text(*row.policy_id) : out.null();
  out.text(row.risk_flags).integer(row.recommendations_count).text(row.result_json);
  out.time(row.created_at).time(row.updated_at);
}

}  // namespace tenon_bench::pg_wire
