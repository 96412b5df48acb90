#include "cli/table.h"

#include <doctest/doctest.h>

namespace {

using weir::cli::Table;

TEST_CASE("columns are as wide as their widest cell, numbers stand to the right") {
  Table table{{"TOPIC"}, {"BYTES", Table::Align::right}, {"NOTE"}};
  CHECK(table.empty());
  table.row({"orders", "7", ""});
  table.row({"a", "1234567", "x"});
  CHECK(table.text() ==
        "TOPIC     BYTES  NOTE\n"
        "orders        7\n"
        "a       1234567  x\n");
}

TEST_CASE("a character of several bytes takes one column") {
  Table table{{"G"}, {"N"}};
  table.row({"é", "1"});
  table.row({"ab", "2"});
  CHECK(table.text() == "G   N\né   1\nab  2\n");
}

}  // namespace
