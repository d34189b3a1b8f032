#pragma once

#include <array>
#include <cctype>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/testing/attacks/target.hpp>

// The words in braces of an attack's SQL.

namespace tenon::testing {

/// Stands in every text of a victim and nowhere else.
inline constexpr std::string_view victims_marker = "VICTIM-MARKER";

/// Two tenants of one attempt, whom no other attempt knows. The attacker has the rows `own_key` and
/// `second_key`, with the texts "own 1" and "own 2"; the victim has the same keys where tenants may, and a
/// third one.
struct Encounter {
  std::string attacker;
  std::string victim;
  std::string nobody;  ///< a tenant without rows
  // SQL literals
  std::string own_key;
  std::string second_key;
  std::string victims_key;  ///< that the attacker does not have
  std::string new_key;      ///< that neither has
};

namespace detail {

inline std::string text_literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
  return literal += '\'';
}

inline std::string literal(const backend::Value& value) {
  switch (value.type()) {
    case backend::Type::int16:
    case backend::Type::int32:
    case backend::Type::int64:
      return std::to_string(value.integral());
    case backend::Type::text:
      return text_literal(value.bytes());
    case backend::Type::uuid:
      return text_literal(tenon::detail::tenant_text(value));
    default:
      throw std::logic_error("the attack suite needs a first key member that is text, integer or UUID");
  }
}

inline std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

inline std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quoted_name(name);
  return text;
}

inline std::string blob_literal(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "x'";
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  return text += '\'';
}

}  // namespace detail

/// Puts the names and values of one table and one encounter into an attack's SQL.
class Wording {
 public:
  Wording(const AttackedTable& table, const Encounter& encounter, const PostgresOptions& options)
      : table_(table) {
    names(options);
    values(encounter);
  }

  [[nodiscard]] std::string of(std::string_view text) const {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::size_t end = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
      const std::string* word =
          end == std::string_view::npos ? nullptr : find(text.substr(at + 1, end - at - 1));
      if (word != nullptr) {
        result += *word;
        at = end;
      } else {
        result += text[at];
      }
    }
    return result;
  }

 private:
  void names(const PostgresOptions& options) {
    add("table", table_.spelling);
    add("view", table_.view);
    add("base", detail::quoted_name(table_.base));
    add("base_name", table_.base);
    add("base_upper", detail::upper(table_.base));
    add("tenant", detail::quoted_name(table_.tenant));
    add("key", detail::quoted_name(table_.key));
    add("text", detail::quoted_name(table_.text));
    add("columns", detail::list(table_.columns));
    std::vector<std::string> unique = table_.keys;
    if (!table_.keys_span_tenants) unique.insert(unique.begin(), table_.tenant);
    add("conflict", detail::list(unique));
    add("setting", options.settings.tenant);
    add("role_setting", options.settings.role.empty() ? "app.user_role" : options.settings.role);
    add("application_role", options.application_role);
    add("administrator_role", options.administrator_role);
    add("marker", std::string(victims_marker));
    add("nul", std::string(1, '\0'));
    add("lf", "\n");
    add("cr", "\r");
  }

  void values(const Encounter& encounter) {
    add("attacker", tenant_literal(encounter.attacker));
    add("attacker_name", encounter.attacker);
    add("attacker_upper", detail::text_literal(detail::upper(encounter.attacker)));
    add("victim", tenant_literal(encounter.victim));
    add("victim_name", encounter.victim);
    add("victim_upper", detail::text_literal(detail::upper(encounter.victim)));
    add("victim_blob", detail::blob_literal(encounter.victim));
    add("nobody", tenant_literal(encounter.nobody));
    add("own_key", encounter.own_key);
    add("second_key", encounter.second_key);
    add("victims_key", encounter.victims_key);
    add("new_key", encounter.new_key);
    // The attacker's own row once more, with another key and text: for INSERT … SELECT.
    add("planted", planted(encounter.new_key));
    add("planted_at_own", planted(encounter.own_key));
    add("planted_at_victims", planted(encounter.victims_key));
  }

  [[nodiscard]] std::string tenant_literal(const std::string& tenant) const {
    const bool number = table_.types[0] == backend::Type::int32 || table_.types[0] == backend::Type::int64;
    return number ? tenant : detail::text_literal(tenant);
  }

  [[nodiscard]] std::string planted(const std::string& key) const {
    std::string text;
    for (const std::string& column : table_.columns) {
      text += text.empty() ? "" : ", ";
      text += column == table_.key    ? typed(key)
              : column == table_.text ? std::string("'planted'")
                                      : detail::quoted_name(column);
    }
    return text;
  }
  // A literal in a SELECT list has a type of its own, which PostgreSQL does not change for an INSERT.
  [[nodiscard]] std::string typed(const std::string& key) const {
    if (table_.flavour != backend::Flavour::postgres) return key;
    for (std::size_t i = 0; i < table_.columns.size(); ++i)
      if (table_.columns[i] == table_.key && table_.types[i + 1] == backend::Type::uuid)
        return key + "::uuid";
    return key;
  }

  void add(std::string_view word, std::string text) { words_.emplace_back(word, std::move(text)); }
  [[nodiscard]] const std::string* find(std::string_view word) const noexcept {
    for (const auto& [name, text] : words_)
      if (name == word) return &text;
    return nullptr;
  }

  const AttackedTable& table_;
  std::vector<std::pair<std::string_view, std::string>> words_;
};

}  // namespace tenon::testing
