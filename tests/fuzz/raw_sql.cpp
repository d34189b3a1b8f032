// Raw SQL of an attacker: the first byte says how it is run, the rest is the text, with the words in braces
// of tenon/testing/attacks/wording.hpp. No row of the victim may come back or be changed, and both tenants
// must be served afterwards.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "arena.hpp"

namespace tenon::fuzz {
namespace {

// Two tenants, made anew when the attacker has changed its own rows.
class Match {
 public:
  void begin() {
    if (encounter_ && runs_++ % 256 != 0 && rows_of_attacker().count() == 2) return;
    if (encounter_) {
      for (const std::string& tenant : {encounter_->attacker, encounter_->victim})
        scene().rows_of(tenant).remove_where(field<&Shelf::id> >= "");
    }
    encounter_ = scene().meet();
    before_ = scene().untouchable(encounter_->attacker);
  }
  void play(std::uint8_t how, std::string_view text) {
    static constexpr std::array<std::string_view, 8> columns{"t", "", "i", "tt", "ttt", "ti", "r", "*"};
    const testing::Wording wording(scene().table(), *encounter_, scene().database().config().postgres);
    const std::string sql = wording.of(text);
    const testing::SqlAttack attack{"fuzzed", columns[how & 7U], sql, "any"};
    std::string problem;
    const testing::AttackPlace place =
        (how & 8U) != 0 ? testing::AttackPlace::transaction : testing::AttackPlace::scope;
    const testing::detail::AttackResult result =
        testing::detail::run_attack(scene(), attack, place, *encounter_, sql, problem);
    if (problem.empty()) problem = leak(sql, result);
    if (problem.empty() && scene().untouchable(encounter_->attacker) != before_)
      problem = "changed what is not the attacker's";
    if (problem.empty()) problem = testing::detail::after_attack(scene(), *encounter_);
    if (!problem.empty()) fail(problem, sql);
  }

 private:
  [[nodiscard]] Repository<Shelf> rows_of_attacker() const { return scene().rows_of(encounter_->attacker); }
  // A text that the fuzzer has put together itself is no leak.
  [[nodiscard]] std::string leak(const std::string& sql,
                                 const testing::detail::AttackResult& result) const {
    if (sql.find("VICTIM") != std::string::npos || sql.find("MARKER") != std::string::npos) return {};
    for (const std::string& row : result.rows)
      if (row.find(testing::victims_marker) != std::string::npos) return "a row of the victim: " + row;
    if (result.error.find(testing::victims_marker) != std::string::npos) return "an error: " + result.error;
    return {};
  }

  std::optional<testing::Encounter> encounter_;
  std::string before_;
  unsigned runs_ = 0;
};

}  // namespace
}  // namespace tenon::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static tenon::fuzz::Match match;
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    match.begin();
    match.play(data[0], text);
  } catch (const std::exception& error) {
    tenon::fuzz::fail(std::string("the library threw: ") + error.what(), text);
  }
  return 0;
}
