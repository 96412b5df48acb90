// A table for the eye: columns as wide as their widest cell, two blanks between them, numbers to the right.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace weir::cli {

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string heading;
    Align align = Align::left;
  };

  Table(std::initializer_list<Column> columns) : columns_(columns) {}
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void row(std::vector<std::string> cells);  // as many as there are columns
  bool empty() const { return rows_.empty(); }
  std::string text() const;  // the headings, then the rows, without blanks at the ends of lines

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weir::cli
