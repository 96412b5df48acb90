// The matches of one text, from left to right: one, or with g all of them, each where the one before it ended. Behind
// an empty match the search goes on one character further.
// Borrows `regex` and `text`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "expr/regex.h"

namespace weir::expr {

class RegexWalk {
 public:
  // What counts where the text ends: jq's match knows no empty match behind the last character of a text that is not
  // empty, other than the first of all; for replacing there has to be one.
  enum class End : unsigned char { as_match, as_sub };
  RegexWalk(const Regex& regex, std::string_view text, End end);

  // The next match, or one that does not count since it is empty: skipped() tells them apart, so that whoever walks can
  // bound what both cost.
  bool next();
  bool skipped() const { return skipped_; }
  // Of the last match: the whole, and its groups.
  const Regex::Place& whole() const { return places_[0]; }
  std::span<const Regex::Place> groups() const { return std::span(places_).subspan(1); }
  // Where it begins, in code points.
  std::size_t offset() const { return offset_; }
  // What the searches have cost so far, see Regex::find.
  std::uint64_t effort() const { return effort_; }

 private:
  const Regex& regex_;
  std::string_view text_;
  const End end_;
  std::vector<Regex::Place> places_;
  std::size_t from_ = 0;
  bool done_ = false;
  bool skipped_ = false;
  std::size_t counted_ = 0;  // bytes whose code points are in offset_
  std::size_t offset_ = 0;
  std::uint64_t effort_ = 0;
};

}  // namespace weir::expr
