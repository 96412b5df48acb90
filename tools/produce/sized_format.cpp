#include "tools/produce/sized_format.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"

namespace weir::produce {
namespace {

using ops::Piece;
using As = Piece::As;
using What = Piece::What;
using Do = SizedStep::Do;

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
  throw base::Error(base::Kind::usage, what).hint(hint).code("bad_format");
}

constexpr std::array<const char*, SizedStep::kSizes> kSizeLetters = {"%T", "%K", "%V", "%H"};
constexpr std::array<const char*, SizedStep::kSizes> kTextLetters = {"%t", "%k", "%v", "%h"};

bool is_number(As as) {
  return as == As::plain || as == As::fixed_hex || as == As::big || as == As::little;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Compiler {
 public:
  explicit Compiler(bool in_header) : in_header_(in_header) {}

  std::vector<SizedStep> compile(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) add(piece);
    require_end();
    for (std::size_t of = 0; of < SizedStep::kSizes; ++of)
      if (sizes_[of] && !texts_[of])
        refuse(std::string(kSizeLetters[of]) + " in -f is followed by no " + kTextLetters[of],
               of == SizedStep::topic ? "%T is the length of the topic here; the time is %d" : "'%V %v\\n'");
    return std::move(steps_);
  }

 private:
  void add(const Piece& piece) {
    if (piece.what == What::literal) {
      if (after_digits_ && is_digit(piece.text.front())) refuse_open_digits();
      after_digits_ = false;
      if (wants_end_) {
        steps_.back().literal = piece.text;
        wants_end_ = false;
      } else {
        steps_.push_back({.what = Do::literal, .literal = piece.text});
      }
      return;
    }
    require_end();
    switch (piece.what) {
      case What::topic_size:
        return add_size(piece, SizedStep::topic);
      case What::kcat_key_size:
        return add_size(piece, SizedStep::key);
      case What::value_size:
      case What::kcat_value_size:
        return add_size(piece, SizedStep::value);
      case What::header_count:
        return add_size(piece, SizedStep::header);
      case What::topic:
        return add_text(piece, SizedStep::topic);
      case What::key:
        return add_text(piece, SizedStep::key);
      case What::value:
        return add_text(piece, SizedStep::value);
      case What::partition:
        return add_number(piece, Do::partition);
      case What::time:
        return add_number(piece, Do::time);
      case What::headers:
        return add_headers(piece);
      default:
        refuse("-f can read %V %v %K %k %T %t %p %d and %H%h{...}, and no other letter", "'%K %k%V %v\\n'");
    }
  }

  void add_size(const Piece& piece, SizedStep::Of of) {
    refuse_in_header(of == SizedStep::topic || of == SizedStep::header);
    if (sizes_[of]) refuse(std::string(kSizeLetters[of]) + " stands twice in -f", "'%K %k%V %v\\n'");
    if (texts_[of])
      refuse(std::string(kSizeLetters[of]) + " stands behind what it is the length of", "'%K %k%V %v\\n'");
    if (piece.as == As::constant) {
      sizes_[of] = piece.width;
      return;
    }
    if (!is_number(piece.as)) refuse("-f cannot read a number as true and false", "'%V{big32}%v'");
    sizes_[of] = 0;
    push_number(piece, Do::size, of);
  }

  void add_text(const Piece& piece, SizedStep::Of of) {
    refuse_in_header(of == SizedStep::topic);
    if (piece.as != As::plain && piece.as != As::hex && piece.as != As::base64)
      refuse("-f can read texts as {hex} and {base64}", "'%V %v{hex}\\n'");
    once(of);
    steps_.push_back({.what = Do::text,
                      .of = of,
                      .as = piece.as,
                      .literal = {},
                      .sized = sizes_[of].has_value(),
                      .constant = sizes_[of].value_or(0)});
    wants_end_ = !sizes_[of];
  }

  void add_number(const Piece& piece, Do what) {
    refuse_in_header(true);
    if (!is_number(piece.as)) refuse("-f can read %p and %d as numbers", "'%d{big64}%V{big32}%v'");
    push_number(piece, what, SizedStep::value);
  }

  void push_number(const Piece& piece, Do what, SizedStep::Of of) {
    steps_.push_back({.what = what, .of = of, .as = piece.as, .width = piece.width, .literal = {}});
    after_digits_ = piece.as == As::plain;
  }

  void add_headers(const Piece& piece) {
    once(SizedStep::header);
    const auto& count = sizes_[SizedStep::header];
    if (!count) refuse("%h{...} beside lengths needs %H before it", "'%H %h{%K %k%V %v}%V %v\\n'");
    SizedStep step{.what = Do::headers, .of = SizedStep::header, .literal = {}, .constant = *count};
    step.inner = Compiler(true).compile(piece.inner);
    // Else a record of a few bytes could claim any number of headers.
    if (std::none_of(step.inner.begin(), step.inner.end(), [](const SizedStep& inner) {
          return inner.what != Do::text || !inner.sized || inner.constant > 0;
        }))
      refuse("%h{...} in -f has no key and no value", "'%H %h{%K %k%V %v}%V %v\\n'");
    steps_.push_back(std::move(step));
  }

  void once(SizedStep::Of of) {
    if (std::exchange(texts_[of], true))
      refuse(std::string(kTextLetters[of]) + " stands twice in -f", "'%K %k%V %v\\n'");
  }

  void refuse_in_header(bool wrong) const {
    if (wrong && in_header_) refuse("a header in -f has only %K %k %V and %v", "%h{%K %k%V %v}");
  }

  [[noreturn]] static void refuse_open_digits() {
    refuse("a number in decimal digits ends at the text behind it, which -f does not give",
           "'%V %v\\n', or '%V{big32}%v'");
  }

  void require_end() const {
    if (after_digits_) refuse_open_digits();
    if (wants_end_)
      refuse(std::string(kTextLetters[steps_.back().of]) +
                 " in -f has no length before it and no text behind it, so nobody can tell where it ends",
             "'%V %v\\n'");
  }

  bool in_header_;
  bool after_digits_ = false;  // the last step is a number in decimal digits
  bool wants_end_ = false;     // the last step is a text that ends at the literal that must come now
  std::array<std::optional<int>, SizedStep::kSizes> sizes_;  // seen; not 0: constant
  std::array<bool, SizedStep::kSizes> texts_{};
  std::vector<SizedStep> steps_;
};

}  // namespace

bool has_sizes(const std::vector<Piece>& pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    const bool number = piece.what == What::partition || piece.what == What::time;
    return ops::is_size(piece.what) || (number && is_number(piece.as) && piece.as != As::plain) ||
           has_sizes(piece.inner);
  });
}

std::vector<SizedStep> sized_steps(const std::vector<Piece>& pieces) {
  return Compiler(false).compile(pieces);
}

}  // namespace weir::produce
