#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

/// A titled table on standard output: so many columns of text to the left, then numbers to the right.
class Table {
 public:
  Table(std::string title, std::vector<std::string> header, std::size_t text_columns = 1)
      : title_(std::move(title)), rows_{std::move(header)}, text_columns_(text_columns) {}
  void add(std::vector<std::string> row);
  void print() const;

 private:
  std::string title_;
  std::vector<std::vector<std::string>> rows_;
  std::size_t text_columns_;
};

/// With two decimals.
std::string money(double amount);
