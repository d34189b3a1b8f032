#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/detail/function_ref.hpp>
#include <tenon/detail/sql_text.hpp>
#include <tenon/export.hpp>

namespace tenon::detail {

inline constexpr auto no_rows = [](backend::Values) { return true; };

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
  static constexpr std::string_view sql = StaticText<Operation, flavour>::text;
  static constexpr backend::Statement value{OperationName<Operation>::text,
                                            sql,
                                            backend::statement_id(sql, Operation::parameters),
                                            Operation::parameters,
                                            Operation::columns,
                                            Operation::access,
                                            gathering_of<Operation>()};
};

template <class Operation>
inline constexpr StatementPair statements_of{StaticStatement<Operation, backend::Flavour::postgres>::value,
                                             StaticStatement<Operation, backend::Flavour::sqlite>::value};
// All but the text of a statement that depends on run-time facts (an optional filter, the length of an IN
// list).
template <class Operation>
inline constexpr backend::Statement statement_without_text{
    OperationName<Operation>::text, {}, 0, {}, Operation::columns, Operation::access,
    gathering_of<Operation>()};

// Such a statement with its text.
class TENON_API RuntimeStatement {
 public:
  RuntimeStatement(const backend::Statement& without_text, backend::Flavour flavour,
                   FunctionRef<void(SqlText&)> write, backend::Values values);
  RuntimeStatement(const RuntimeStatement&) = delete;
  RuntimeStatement& operator=(const RuntimeStatement&) = delete;

  [[nodiscard]] const backend::Statement& get() const noexcept { return statement_; }

 private:
  std::string sql_;
  std::vector<backend::Type> types_;
  backend::Statement statement_;
};

template <class Operation>
class DynamicStatement : public RuntimeStatement {
 public:
  DynamicStatement(backend::Flavour flavour, const typename Operation::Condition& condition,
                   backend::Values values)
      : RuntimeStatement(
            statement_without_text<Operation>, flavour,
            [&](SqlText& out) { Operation::write(out, &condition); }, values) {}
};

}  // namespace tenon::detail
