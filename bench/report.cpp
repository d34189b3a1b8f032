#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <stdexcept>

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

// A Markdown table with straight columns.
void print(const std::vector<Line>& lines) {
  std::array<std::size_t, std::tuple_size_v<Line>> widths{};
  for (const Line& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  for (std::size_t n = 0; n < lines.size(); ++n) {
    std::cout << '|';
    for (std::size_t i = 0; i < widths.size(); ++i)
      std::cout << ' ' << lines[n][i] << std::string(widths[i] - lines[n][i].size(), ' ') << " |";
    std::cout << '\n';
    if (n > 0) continue;
    std::cout << '|';
    for (const std::size_t width : widths) std::cout << std::string(width + 2, '-') << '|';
    std::cout << '\n';
  }
  std::cout << std::flush;
}

}  // namespace

RatioReporter::RatioReporter(const std::string& json_file) {
  if (json_file.empty()) return;
  json_file_.open(json_file);
  if (!json_file_) throw std::runtime_error("cannot write " + json_file);
  json_.SetOutputStream(&json_file_);
  json_.SetErrorStream(&std::cerr);
}

bool RatioReporter::ReportContext(const Context& context) {
  if (json_file_.is_open() && !context_reported_) json_.ReportContext(context);
  context_reported_ = true;
  return true;
}

RatioReporter::Timed& RatioReporter::timed(const std::string& benchmark) {
  const std::size_t slash = benchmark.rfind('/');
  const std::string scenario = benchmark.substr(0, slash);
  const std::string contender = benchmark.substr(slash + 1);
  if (scenarios_.empty() || scenarios_.back().name != scenario) scenarios_.push_back({scenario, {}});
  std::vector<Timed>& all = scenarios_.back().contenders;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Timed& one) { return one.contender == contender; });
  return found == all.end() ? all.emplace_back(Timed{contender, {}}) : *found;
}

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  if (json_file_.is_open()) json_.ReportRuns(runs);
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string& name = run.run_name.function_name;
    if (run.error_occurred) {
      std::cerr << name << ": " << run.error_message << '\n';
      failed_ = true;
      continue;
    }
    const double once = run.real_accumulated_time / static_cast<double>(run.iterations);
    timed(name).nanoseconds.push_back(once * 1e9);
  }
}

void RatioReporter::add_lines(const Scenario& scenario, std::vector<Line>& lines) const {
  const auto raw = std::find_if(scenario.contenders.begin(), scenario.contenders.end(),
                                [](const Timed& one) { return one.contender == "raw"; });
  for (const Timed& one : scenario.contenders) {
    if (one.nanoseconds.empty() || (one.contender == "raw" && scenario.contenders.size() > 1)) continue;
    const std::string own = duration(median(one.nanoseconds));
    if (raw == scenario.contenders.end() || raw->nanoseconds.empty()) {
      lines.push_back({scenario.name, one.contender, "-", own, "-", "-"});
      continue;
    }
    std::vector<double> ratios;
    const std::size_t pairs = std::min(one.nanoseconds.size(), raw->nanoseconds.size());
    for (std::size_t i = 0; i < pairs; ++i) ratios.push_back(one.nanoseconds[i] / raw->nanoseconds[i]);
    const auto [least, greatest] = std::minmax_element(ratios.begin(), ratios.end());
    lines.push_back({scenario.name, one.contender, duration(median(raw->nanoseconds)), own,
                     number(median(ratios), 2), number(*least, 2) + " to " + number(*greatest, 2)});
  }
}

void RatioReporter::finish() {
  if (json_file_.is_open()) {
    json_.Finalize();
    json_file_.close();
  }
  std::vector<Line> lines{{"scenario", "contender", "raw, median", "its median", "ratio", "spread"}};
  for (const Scenario& scenario : scenarios_) add_lines(scenario, lines);
  std::cout << '\n';
  print(lines);
}

}  // namespace tenon_bench
