#include "migrate/goose.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "migrate/script_splitter.hpp"

namespace tenon::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed_line(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

bool is_annotation(std::string_view line) noexcept {
  return line.starts_with("--") && line.find("+goose") != std::string_view::npos;
}

// "UP" of "-- +goose Up"; goose takes its annotations in any case.
std::string command_of(std::string_view line) {
  std::string command(trimmed_line(line.substr(line.find("+goose") + 6)));
  std::transform(command.begin(), command.end(), command.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return command;
}

/// Walks over the lines of a goose file.
class GooseFile {
 public:
  GooseFile(std::string_view text, std::string_view file, Migration& migration)
      : text_(text), file_(file), migration_(migration) {}

  void read() {
    for (std::size_t next = 0; at_ < text_.size(); at_ = next, ++line_number_) {
      const std::size_t newline = text_.find('\n', at_);
      next = newline == std::string_view::npos ? text_.size() : newline + 1;
      line_ = text_.substr(at_, next - at_);
      if (is_annotation(line_)) {
        annotation(next);
      } else if (part_ != Part::head) {
        target() += line_;
      } else if (const auto sql = trimmed_line(line_); !sql.empty() && !sql.starts_with("--")) {
        refuse(at_, "a goose file has no SQL before -- +goose Up");
      }
    }
    if (part_ == Part::head) refuse(0, "a goose file needs a line -- +goose Up");
    if (in_statement_) refuse(statement_, "StatementBegin without its StatementEnd");
  }

 private:
  enum class Part : std::uint8_t { head, up, down };

  [[nodiscard]] std::string& target() const { return part_ == Part::up ? migration_.up : migration_.down; }

  void annotation(std::size_t next) {
    const std::string command = command_of(line_);
    if (command == "UP") return section(Part::head, Part::up, migration_.up_line, next);
    if (command == "DOWN") return section(Part::up, Part::down, migration_.down_line, next);
    if (command == "NO TRANSACTION") {
      migration_.no_transaction = true;
    } else if (command == "STATEMENTBEGIN") {
      if (part_ == Part::head || in_statement_)
        refuse(at_, "StatementBegin must stand behind Up or Down, and not within another");
      in_statement_ = true;
      statement_ = at_;
    } else if (command == "STATEMENTEND") {
      if (!in_statement_) refuse(at_, "StatementEnd without its StatementBegin");
      in_statement_ = false;
      target() += "; ";
    } else if (command == "ENVSUB ON" || command == "ENVSUBST ON") {
      refuse(at_,
             "goose's ENVSUB is not supported: the text of a migration must not depend on who runs it");
    } else if (command != "ENVSUB OFF" && command != "ENVSUBST OFF") {
      refuse(at_, "goose has no such annotation");
    }
    if (part_ != Part::head) target() += line_;
  }

  void section(Part after, Part begins, std::size_t& first_line, std::size_t next) {
    if (part_ != after || in_statement_) {
      refuse(at_, begins == Part::up ? "-- +goose Up must come first and once"
                                     : "-- +goose Down must come once, behind Up and its statements");
    }
    part_ = begins;
    first_line = line_number_ + 1;
    if (begins == Part::down) migration_.down_file = migration_.up_file;
    target().reserve(text_.size() - next);
  }

  [[noreturn]] void refuse(std::size_t offset, const std::string& why) const {
    refuse_script(text_, file_, 1, offset, why);
  }

  std::string_view text_;
  std::string_view file_;
  Migration& migration_;
  Part part_ = Part::head;
  std::size_t at_ = 0;
  std::string_view line_;
  std::size_t line_number_ = 1;
  bool in_statement_ = false;
  std::size_t statement_ = 0;
};

}  // namespace

bool is_goose(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    if (is_annotation(text.substr(at, newline - at))) return true;
    at = newline + 1;
  }
  return false;
}

void read_goose(std::string_view text, std::string_view file, Migration& migration) {
  GooseFile(text, file, migration).read();
}

}  // namespace tenon::detail
