#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/detail/executor.hpp>
#include <tenon/detail/sql_text.hpp>

namespace tenon::detail {

// A statement put together at run time, for reports and other verbs off the hot path.
class Report {
 public:
  Report(const Executor& on, std::string_view name) : on_(on), name_(name) {}

  Report& operator<<(std::string_view text) {
    sql_ += text;
    return *this;
  }
  Report& table(std::string_view table_name) {
    SqlText counter(on_.flavour());
    const std::size_t length = counter.table(table_name).size();
    const std::size_t at = sql_.size();
    sql_.resize(at + length);
    SqlText(on_.flavour(), sql_.data() + at).table(table_name);
    return *this;
  }
  // Appends a placeholder for the value.
  Report& value(const backend::Value& value) {
    values_.push_back(value);
    types_.push_back(value.type());
    sql_ += '$';
    sql_ += std::to_string(values_.size());
    return *this;
  }
  // ` WHERE tenant_id = $n`
  Report& where_tenant() {
    sql_ += " WHERE tenant_id = ";
    return value(backend::Value::text(on_.tenant()));
  }

  std::uint64_t run(std::span<const backend::Type> columns, backend::RowSink rows,
                    backend::Access access = backend::Access::read,
                    const backend::Gathering* gathering = nullptr) const {
    const backend::Statement statement{
        name_, sql_, backend::statement_id(sql_, types_), types_, columns, access, gathering};
    return on_.execute(statement, values_, rows);
  }

 private:
  const Executor& on_;
  std::string_view name_;
  std::string sql_;
  std::vector<backend::Value> values_;
  std::vector<backend::Type> types_;
};

}  // namespace tenon::detail
