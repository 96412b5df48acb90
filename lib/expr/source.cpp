#include "expr/source.h"

#include <algorithm>

namespace weir::expr {
namespace {

// A line of a long expression is cut down to what fits beside the caret.
constexpr std::size_t kExcerptBytes = 100;

bool continues_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

base::Error error_at(const Source& source, std::size_t position, std::string what) {
  const std::string_view text = source.text;
  position = std::min(position, text.size());
  const std::size_t newline = position == 0 ? std::string_view::npos : text.rfind('\n', position - 1);
  const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
  const std::string_view line = text.substr(line_start, text.find('\n', position) - line_start);
  const auto line_number =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(line_start), '\n');
  const std::string_view before = line.substr(0, position - line_start);
  const auto column =
      1 + std::count_if(before.begin(), before.end(), [](char c) { return !continues_code_point(c); });

  std::size_t first = before.size() > kExcerptBytes / 2 ? before.size() - kExcerptBytes / 2 : 0;
  while (first < before.size() && continues_code_point(line[first])) ++first;
  std::size_t size = std::min(kExcerptBytes, line.size() - first);
  while (first + size < line.size() && continues_code_point(line[first + size])) ++size;

  return base::Error(base::Kind::usage, source.name + ": " + std::move(what))
      .at(source.name + ":" + std::to_string(line_number) + ":" + std::to_string(column))
      .excerpt(std::string(line.substr(first, size)), before.size() - first)
      .code("expression");
}

}  // namespace weir::expr
