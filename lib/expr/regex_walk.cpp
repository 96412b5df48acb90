#include "expr/regex_walk.h"

#include "expr/text_ops.h"

namespace weir::expr {

RegexWalk::RegexWalk(const Regex& regex, std::string_view text, End end)
    : regex_(regex), text_(text), end_(end), places_(regex.groups() + 1) {}

bool RegexWalk::next() {
  if (done_) return false;
  if (!regex_.find(text_, from_, places_, effort_)) {
    done_ = true;
    return false;
  }
  const auto [at, end] = places_[0];
  const bool empty = at == end;
  from_ = empty && end < text_.size() ? end + bytes_of_code_points(text_.substr(end), 1) : end;
  skipped_ = empty && regex_.not_empty();
  if (!regex_.global() && !skipped_) done_ = true;
  if (empty && end == text_.size()) done_ = true;
  if (from_ == text_.size() && end_ == End::as_match) done_ = true;
  if (skipped_) return true;
  offset_ += code_points(text_.substr(counted_, at - counted_));
  counted_ = at;
  return true;
}

}  // namespace weir::expr
