#include "table.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "../common/output.hpp"

void Table::add(std::vector<std::string> row) {
  for (std::string& cell : row) cell = common::printable(cell);
  rows_.push_back(std::move(row));
}

void Table::print() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::cout << '\n' << title_ << '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i)
      std::cout << "  " << (i < text_columns_ ? std::left : std::right)
                << std::setw(static_cast<int>(widths[i])) << row[i];
    std::cout << '\n';
  }
}

std::string money(double amount) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << amount;
  return text.str();
}
