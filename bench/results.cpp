#include "results.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

#include "targets.hpp"

namespace tenon_bench {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string number(double value, int digits) {
  std::array<char, 32> text;
  const int size = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string duration(double nanoseconds) {
  if (nanoseconds < 1e6) return number(nanoseconds / 1e3, 2) + " us";
  return number(nanoseconds / 1e6, 2) + " ms";
}

using Line = std::array<std::string, 6>;

// With straight columns.
void write_lines(std::ostream& out, const std::vector<Line>& lines) {
  std::array<std::size_t, std::tuple_size_v<Line>> widths{};
  for (const Line& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  for (std::size_t n = 0; n < lines.size(); ++n) {
    out << '|';
    for (std::size_t i = 0; i < widths.size(); ++i)
      out << ' ' << lines[n][i] << std::string(widths[i] - lines[n][i].size(), ' ') << " |";
    out << '\n';
    if (n > 0) continue;
    out << '|';
    for (const std::size_t width : widths) out << std::string(width + 2, '-') << '|';
    out << '\n';
  }
}

}  // namespace

std::vector<double>& Results::of(const std::string& benchmark) {
  const std::size_t slash = benchmark.rfind('/');
  const std::string name = benchmark.substr(0, slash);
  const std::string contender = benchmark.substr(slash + 1);
  auto scenario = std::find_if(scenarios_.begin(), scenarios_.end(),
                               [&](const Scenario& one) { return one.name == name; });
  if (scenario == scenarios_.end()) scenario = scenarios_.insert(scenarios_.end(), Scenario{name, {}});
  std::vector<Timed>& all = scenario->contenders;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Timed& one) { return one.contender == contender; });
  return found == all.end() ? all.emplace_back(Timed{contender, {}}).nanoseconds : found->nanoseconds;
}

const std::vector<double>* Results::find(std::string_view scenario, std::string_view contender) const {
  for (const Scenario& one : scenarios_) {
    if (one.name != scenario) continue;
    for (const Timed& timed : one.contenders)
      if (timed.contender == contender && !timed.nanoseconds.empty()) return &timed.nanoseconds;
  }
  return nullptr;
}

std::optional<Results::Ratio> Results::ratio(std::string_view scenario, std::string_view contender,
                                             std::string_view baseline) const {
  const std::vector<double>* const own = find(scenario, contender);
  const std::vector<double>* const base = find(scenario, baseline);
  if (own == nullptr || base == nullptr) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(own->size(), base->size()); ++i)
    ratios.push_back((*own)[i] / (*base)[i]);
  std::sort(ratios.begin(), ratios.end());
  return Ratio{median(ratios), ratios[ratios.size() / 4], ratios[ratios.size() - 1 - ratios.size() / 4]};
}

void Results::write_table(std::ostream& out) const {
  std::vector<Line> lines{
      {"scenario", "contender", "baseline, median", "its median", "ratio", "quartiles"}};
  for (const Scenario& scenario : scenarios_) {
    std::string baseline = "raw";
    if (find(scenario.name, baseline) == nullptr && !scenario.contenders.empty())
      baseline = scenario.contenders.front().contender;
    for (const Timed& one : scenario.contenders) {
      if (one.nanoseconds.empty()) continue;
      if (one.contender == baseline && scenario.contenders.size() > 1) continue;
      const std::string own = duration(median(one.nanoseconds));
      const std::optional<Ratio> ratio = this->ratio(scenario.name, one.contender, baseline);
      if (!ratio || one.contender == baseline) {
        lines.push_back({scenario.name, one.contender, "-", own, "-", "-"});
        continue;
      }
      lines.push_back({scenario.name, one.contender, duration(median(*find(scenario.name, baseline))), own,
                       number(ratio->median, 2),
                       number(ratio->lower_quartile, 2) + " to " + number(ratio->upper_quartile, 2)});
    }
  }
  write_lines(out, lines);
}

void Results::write_plot(std::ostream& out) const {
  for (const Scenario& scenario : scenarios_) {
    const std::optional<Ratio> ratio = this->ratio(scenario.name, "tenon", "raw");
    if (ratio)
      out << '"' << scenario.name << "\" " << ratio->median << ' ' << ratio->lower_quartile << ' '
          << ratio->upper_quartile << '\n';
  }
}

void Results::write_growth(std::ostream& out) const {
  const char* separator = "";
  for (const Scenario& scenario : scenarios_) {
    if (scenario.name.find("growth, ") == std::string::npos) continue;
    double smallest = 0;
    for (const Timed& scale : scenario.contenders) {
      if (scale.nanoseconds.empty()) continue;
      const double time = median(scale.nanoseconds);
      if (smallest == 0) {
        smallest = time;
        out << separator << '"' << scenario.name << "\"\n";
        separator = "\n\n";
      }
      out << std::stoull(scale.contender) << ' ' << time / smallest << '\n';
    }
  }
}

Results::Checked Results::check(std::ostream& out) const {
  Checked checked;
  std::vector<Line> lines{{"target", "contender", "baseline", "at most", "measured", "verdict"}};
  for (const Target& target : targets()) {
    const std::optional<Ratio> ratio = this->ratio(target.scenario, target.contender, target.baseline);
    const bool met = ratio && ratio->median <= target.most;
    ++(met ? checked.met : ratio ? checked.missed : checked.not_measured);
    int digits = 2;
    // A miss shall be seen.
    while (ratio && !met && digits < 6 && number(ratio->median, digits) == number(target.most, digits))
      ++digits;
    lines.push_back({std::string(target.scenario), std::string(target.contender),
                     std::string(target.baseline), number(target.most, digits),
                     ratio ? number(ratio->median, digits) : "-",
                     met     ? "met"
                     : ratio ? "MISSED"
                             : "not measured"});
  }
  write_lines(out, lines);
  out << checked.met << " targets met, " << checked.missed << " missed, " << checked.not_measured
      << " not measured\n";
  return checked;
}

}  // namespace tenon_bench
