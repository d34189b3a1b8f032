#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include <tenon/detail/set_statements.hpp>

namespace tenon::detail {
namespace {

// More rows than that take longer than to plan for them; and no host has so many sizes of pages.
constexpr std::uint64_t most_literal = 10'000;

// A statement whose last value is its limit, with the limit in its text.
class LiteralLimit {
 public:
  LiteralLimit(const backend::Statement& statement, std::uint64_t limit) : statement_(statement) {
    constexpr std::string_view before = " LIMIT ";
    const std::string_view sql = statement.sql;
    const std::size_t parameter = sql.rfind(" LIMIT $") + before.size();
    const std::size_t rest = std::min(sql.find_first_not_of("0123456789", parameter + 1), sql.size());
    constexpr std::size_t most_digits = 20;
    text_.resize(sql.size() + most_digits, boost::container::default_init);
    char* end = std::copy_n(sql.data(), parameter, text_.data());
    end = std::to_chars(end, text_.data() + text_.size(), limit).ptr;
    end = std::copy(sql.begin() + static_cast<std::ptrdiff_t>(rest), sql.end(), end);
    statement_.sql = {text_.data(), end};
    statement_.id = mixed(statement.id, limit);
    statement_.parameters = statement.parameters.first(statement.parameters.size() - 1);
  }
  [[nodiscard]] const backend::Statement& get() const noexcept { return statement_; }

 private:
  boost::container::small_vector<char, 1'024> text_;
  backend::Statement statement_;
};

}  // namespace

std::uint64_t execute_limited(const Executor& on, const backend::Statement& statement,
                              backend::Values values, backend::RowSink rows) {
  const auto limit = static_cast<std::uint64_t>(values.back().integral());
  if (on.flavour() != backend::Flavour::postgres || limit > most_literal)
    return on.execute(statement, values, rows);
  const LiteralLimit limited(statement, limit);
  return on.execute(limited.get(), values.first(values.size() - 1), rows);
}

}  // namespace tenon::detail
