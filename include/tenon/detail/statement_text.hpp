#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/sql_text.hpp>

namespace tenon::detail {

// An operation is a type with
//   write(SqlText&, const Condition*)  its text; the pointer is null while made at compile time
//   Condition, is_static               whether the text follows from the type alone
//   parameters, columns                its types (parameters only when static)
//   table, verb, access                its name and kind

constexpr std::string_view last_name(std::string_view table) noexcept {
  const std::size_t dot = table.rfind('.');
  return dot == std::string_view::npos ? table : table.substr(dot + 1);
}

template <class Operation>
struct OperationName {
  static constexpr void write(SqlText& out) {
    out << last_name(Operation::table) << "." << Operation::verb;
  }
  static constexpr std::string_view text = StaticText<OperationName, backend::Flavour::sqlite>::text;
};

template <class Operation>
constexpr const backend::Gathering* gathering_of() noexcept {
  if constexpr (requires { Operation::gathering; }) {
    return &Operation::gathering;
  } else {
    return nullptr;
  }
}

template <class Operation, backend::Flavour flavour>
struct StaticStatement {
  struct Text {
    static constexpr void write(SqlText& out) { Operation::write(out, nullptr); }
  };
  static constexpr std::string_view sql = StaticText<Text, flavour>::text;
  static constexpr backend::Statement value{OperationName<Operation>::text,
                                            sql,
                                            backend::statement_id(sql, Operation::parameters),
                                            Operation::parameters,
                                            Operation::columns,
                                            Operation::access,
                                            gathering_of<Operation>()};
};

// A statement whose text depends on run-time facts (an optional filter, the length of an IN list).
template <class Operation>
class DynamicStatement {
 public:
  DynamicStatement(backend::Flavour flavour, const typename Operation::Condition& condition,
                   backend::Values values) {
    SqlText counter(flavour);
    Operation::write(counter, &condition);
    sql_.resize(counter.size());
    SqlText out(flavour, sql_.data());
    Operation::write(out, &condition);
    types_.reserve(values.size());
    for (const backend::Value& value : values) types_.push_back(value.type());
    statement_ = {OperationName<Operation>::text,
                  sql_,
                  backend::statement_id(sql_, types_),
                  types_,
                  Operation::columns,
                  Operation::access,
                  gathering_of<Operation>()};
  }
  DynamicStatement(const DynamicStatement&) = delete;
  DynamicStatement& operator=(const DynamicStatement&) = delete;

  [[nodiscard]] const backend::Statement& get() const noexcept { return statement_; }

 private:
  std::string sql_;
  std::vector<backend::Type> types_;
  backend::Statement statement_;
};

template <class Operation>
const backend::Statement& static_statement(backend::Flavour flavour) noexcept {
  return flavour == backend::Flavour::postgres
             ? StaticStatement<Operation, backend::Flavour::postgres>::value
             : StaticStatement<Operation, backend::Flavour::sqlite>::value;
}

}  // namespace tenon::detail
