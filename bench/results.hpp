#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon_bench {

/// The repetitions of every scenario and contender, in the order in which they were expected.
class Results {
 public:
  /// Where the repetitions of `scenario/contender` go.
  std::vector<double>& of(const std::string& benchmark);

  /// Of the i-th repetition divided by the baseline's i-th: writers' tables have the same size then.
  struct Ratio {
    double median;
    double lower_quartile;
    double upper_quartile;
  };
  [[nodiscard]] std::optional<Ratio> ratio(std::string_view scenario, std::string_view contender,
                                           std::string_view baseline) const;

  /// A Markdown table: every contender beside `raw`, or the first where there is no raw.
  void write_table(std::ostream& out) const;
  /// Lines of `"scenario" ratio lower_quartile upper_quartile` of tenon, for gnuplot.
  void write_plot(std::ostream& out) const;
  /// A block for each growth scenario: lines of rows and time, divided by that of the fewest rows, for
  /// gnuplot.
  void write_growth(std::ostream& out) const;
  struct Checked {
    std::size_t met = 0;
    std::size_t missed = 0;
    std::size_t not_measured = 0;
  };
  /// Each target with its figure, and how many were met.
  Checked check(std::ostream& out) const;

 private:
  struct Timed {
    std::string contender;
    std::vector<double> nanoseconds;
  };
  struct Scenario {
    std::string name;
    std::vector<Timed> contenders;
  };
  [[nodiscard]] const std::vector<double>* find(std::string_view scenario,
                                                std::string_view contender) const;

  std::vector<Scenario> scenarios_;
};

}  // namespace tenon_bench
