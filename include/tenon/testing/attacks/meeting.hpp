#pragma once

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/raw_sql.hpp>
#include <tenon/testing/attacks/attack.hpp>
#include <tenon/testing/attacks/raw_sql.hpp>
#include <tenon/testing/attacks/scene.hpp>

namespace tenon::testing {

/// One attempt through the public interface: an attacker and a victim with rows, and what went wrong.
template <class T>
class Meeting {
 public:
  explicit Meeting(SceneOf<T>& scene)
      : scene_(scene), encounter_(scene.meet()), numbers_(scene.numbers()) {}

  [[nodiscard]] SceneOf<T>& scene() const noexcept { return scene_; }
  [[nodiscard]] Database& database() const noexcept { return scene_.database(); }
  [[nodiscard]] const Encounter& who() const noexcept { return encounter_; }
  [[nodiscard]] TenantScope attacker(Role role = Role::customer) const {
    return scene_.scope(encounter_.attacker, role);
  }
  [[nodiscard]] TenantScope victim() const { return scene_.scope(encounter_.victim); }
  [[nodiscard]] Repository<T> own() const { return Repository<T>(attacker()); }
  [[nodiscard]] Repository<T> theirs() const { return Repository<T>(victim()); }
  [[nodiscard]] const typename SceneOf<T>::Numbers& numbers() const noexcept { return numbers_; }
  /// A row with the key that the victim has and the attacker has not.
  [[nodiscard]] T victims_row(std::string_view text = "planted") const {
    return scene_.row(numbers_.free - 1, text);
  }
  [[nodiscard]] T own_row(std::string_view text = "own 1") const { return scene_.row(numbers_.own, text); }
  /// `count` rows whose keys nobody has.
  [[nodiscard]] std::vector<T> new_rows(std::size_t count, std::string_view text) const {
    std::vector<T> rows;
    rows.reserve(count);
    for (std::size_t i = 0; i < count; ++i) rows.push_back(scene_.row(numbers_.free + i, text));
    return rows;
  }

  void expect(bool holds, std::string_view what) {
    if (!holds) problems_ += (problems_.empty() ? "" : "; ") + std::string(what);
  }
  /// Expects an Error of one of the kinds that does not show what is the victim's.
  template <class Work>
  void refused(std::initializer_list<Error::Kind> kinds, std::string_view what, Work&& work) {
    try {
      work();
    } catch (const Error& error) {
      bool expected = false;
      for (const Error::Kind kind : kinds) expected = expected || error.kind() == kind;
      expect(expected, std::string(what) + " failed as " + std::string(to_string(error.kind())) + ": " +
                           error.what());
      no_leak(error.what() + error.detail().constraint + error.detail().hint);
      return;
    }
    expect(false, std::string(what) + " was not refused");
  }
  void no_leak(std::string_view text) {
    expect(text.find(victims_marker) == std::string_view::npos, "an error shows the victim's data");
  }
  /// Every row is one of the attacker's.
  void all_own(const std::vector<T>& rows, std::string_view what) {
    for (T row : rows)
      expect(!SceneOf<T>::text_of(row).starts_with(victims_marker),
             std::string(what) + " gives a row of the victim");
  }

  [[nodiscard]] const std::string& problems() const noexcept { return problems_; }

 private:
  SceneOf<T>& scene_;
  Encounter encounter_;
  typename SceneOf<T>::Numbers numbers_;
  std::string problems_;
};

/// An attack through repositories, scopes and transactions.
template <class T>
struct ApiAttack {
  std::string_view name;
  void (*run)(Meeting<T>&);
  Needs needs = Needs::nothing;
};

/// Returns what went wrong; nothing when all walls held.
template <class T>
std::string try_attack(SceneOf<T>& scene, const ApiAttack<T>& attack) {
  try {
    Meeting<T> meeting(scene);
    const std::string before = scene.untouchable(meeting.who().attacker);
    attack.run(meeting);
    if (!meeting.problems().empty()) return meeting.problems();
    if (scene.untouchable(meeting.who().attacker) != before) return "changed what is not the attacker's";
    return detail::after_attack(scene, meeting.who());
  } catch (const std::exception& error) {
    return std::string("could not be judged: ") + error.what();
  }
}

}  // namespace tenon::testing
