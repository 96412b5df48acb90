#include "stream/bad_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "json/error.h"
#include "json/validate.h"

namespace weir::stream {
namespace {

bool begins_value(char byte) {
  return byte == '{' || byte == '[' || byte == '"' || (byte >= '0' && byte <= '9');
}

std::size_t count(std::string_view line, char byte) {
  return static_cast<std::size_t>(std::count(line.begin(), line.end(), byte));
}

// Names between separators, and no sentences: what the first line of a table holds.
bool is_table_head(std::string_view line, char separator) {
  const std::size_t separators = count(line, separator);
  const bool number = line.front() >= '0' && line.front() <= '9';
  return separators > 0 && !number && count(line, ' ') <= separators && count(line, '{') == 0;
}

std::string hint_for_first_line(std::string_view line, std::string_view file) {
  if (line.starts_with("\x1f\x8b")) return fmt::format("it looks like gzip: zcat {} | ...", file);
  if (line.starts_with("\x28\xb5\x2f\xfd")) return fmt::format("it looks like zstd: zstdcat {} | ...", file);
  if (line.starts_with("\xef\xbb\xbf")) return fmt::format("take it out: tail -c +4 {} | ...", file);
  if (is_table_head(line, ','))
    return fmt::format("it looks like CSV; Miller reads it: mlr --icsv --ojsonl cat {} | ...", file);
  if (is_table_head(line, ';'))
    return fmt::format("it looks like CSV; Miller reads it: mlr --icsv --ifs ';' --ojsonl cat {} | ...",
                       file);
  if (is_table_head(line, '\t'))
    return fmt::format("it looks like TSV; Miller reads it: mlr --itsv --ojsonl cat {} | ...", file);
  if (line.front() != '{' && line.front() != '[' && count(line, ' ') > 0)
    return fmt::format("it looks like plain text; to make strings of its lines: jq -R . {} | ...", file);
  return {};
}

}  // namespace

std::string hint_for_bad_line(std::string_view code, std::string_view line, bool first_line,
                              std::string_view file) {
  if (line.empty()) return {};
  if (code == "expression_error" && line.front() == '[')
    return fmt::format("the event is an array; to make events of its elements: jq -c '.[]' {} | ...", file);
  if (code != "bad_json") return {};
  if (line == "{" || line == "[") return "an event is one line; to put each on one: jq -c .";
  json::Error error;
  if (!json::validate(line, error) && error.fault == json::Fault::trailing_bytes &&
      error.column < line.size() && line.front() != '"' && begins_value(line[error.column]))
    return fmt::format("an event is one line; to put each on one: jq -c . {} | ...", file);
  return first_line ? hint_for_first_line(line, file) : std::string();
}

}  // namespace weir::stream
