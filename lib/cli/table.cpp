#include "cli/table.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace weir::cli {
namespace {

// Characters, not bytes: continuation bytes take no room.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

void Table::row(std::vector<std::string> cells) {
  WEIR_ASSERT(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(width(columns_[i].heading));
    for (const auto& cells : rows_) widths[i] = std::max(widths[i], width(cells[i]));
  }
  std::string text;
  const auto add = [&](std::size_t i, const std::string& cell) {
    const std::string pad(widths[i] - width(cell), ' ');
    if (i > 0) text += "  ";
    text += columns_[i].align == Align::right ? pad + cell : cell + pad;
  };
  const auto end_line = [&] {
    while (text.ends_with(' ')) text.pop_back();
    text += '\n';
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) add(i, columns_[i].heading);
  end_line();
  for (const auto& cells : rows_) {
    for (std::size_t i = 0; i < cells.size(); ++i) add(i, cells[i]);
    end_line();
  }
  return text;
}

}  // namespace weir::cli
