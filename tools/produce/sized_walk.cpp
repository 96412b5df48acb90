#include "tools/produce/sized_walk.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "record/base64.h"
#include "stream/line_source.h"

namespace weir::produce {
namespace {

using As = ops::Piece::As;
using Do = SizedStep::Do;

// "-" and 19 digits; what is longer is no number of a record.
constexpr std::size_t kDigitsMax = 20;
constexpr std::array<const char*, SizedStep::kSizes> kNames = {"topic", "key", "value", "headers"};

const char* name_of(const SizedStep& step) {
  return step.what == Do::partition ? "partition" : step.what == Do::time ? "time" : kNames[step.of];
}

// For messages: "the length of its key".
std::string words_for(const SizedStep& step) {
  if (step.what != Do::size) return fmt::format("its {}", name_of(step));
  return fmt::format("the {} of its {}", step.of == SizedStep::header ? "count" : "length", name_of(step));
}

// How many bytes `size` bytes take where they stand.
std::uint64_t written_size(As as, std::uint64_t size) {
  return as == As::hex ? size * 2 : as == As::base64 ? record::base64_size(size) : size;
}

// All bits set is -1 where that can be no length: in four bytes and in eight.
std::int64_t number_of(const SizedStep& step, std::string_view bytes) {
  std::uint64_t number = 0;
  const std::size_t size = bytes.size();
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = step.as == As::little ? size - 1 - i : i;
    number = number << 8 | static_cast<unsigned char>(bytes[at]);
  }
  return size == 4 ? static_cast<std::int32_t>(number) : static_cast<std::int64_t>(number);
}

}  // namespace

void SizedWalk::begin() {
  places_[0] = {.steps = &steps_};
  depth_ = 0;
  at_ = text_bytes_ = 0;
  text_start_ = kNotInText;
  fault_.clear();
}

std::uint64_t SizedWalk::least() const {
  return at_ + (text_start_ == kNotInText ? 0 : left_);
}

SizedWalk::Status SizedWalk::go_on(std::string_view bytes, std::uint64_t from, bool ended, Finds* finds) {
  bytes_ = bytes;
  from_ = from;
  for (;;) {
    if (place().step == place().steps->size()) {
      if (depth_ == 0) return Status::whole;
      if (finds != nullptr) finds->header_ends();
      if (--headers_left_ > 0) {
        begin_header(place().steps, finds);
      } else {
        depth_ = 0;
        ++place().step;
      }
      continue;
    }
    const SizedStep& step = (*place().steps)[place().step];
    const std::size_t depth = depth_;
    const Status status = one_step(step, bytes_.substr(at_ - from_), ended, finds);
    if (status != Status::whole) return status;
    if (depth == depth_) ++place().step;  // else it went into the headers
  }
}

// Whole: the step is over.
SizedWalk::Status SizedWalk::one_step(const SizedStep& step, std::string_view rest, bool ended,
                                      Finds* finds) {
  switch (step.what) {
    case Do::literal:
      return literal(step, rest, ended);
    case Do::size:
    case Do::partition:
    case Do::time:
      return number(step, rest, ended, finds);
    case Do::text:
      return step.sized ? text(step, rest, finds) : text_up_to(step, rest, finds);
    case Do::headers:
      headers_left_ = step.constant > 0 ? step.constant : place().sizes[SizedStep::header];
      if (headers_left_ > 0) begin_header(&step.inner, finds);
      return Status::whole;
  }
  return Status::whole;
}

void SizedWalk::begin_header(const std::vector<SizedStep>* steps, Finds* finds) {
  depth_ = 1;
  place() = {.steps = steps};
  if (finds != nullptr) finds->header_begins();
}

SizedWalk::Status SizedWalk::literal(const SizedStep& step, std::string_view rest, bool ended) {
  const std::size_t there = std::min(rest.size(), step.literal.size());
  if (rest.substr(0, there) != std::string_view(step.literal).substr(0, there))
    return wrong(fmt::format("expected '{}'", step.literal));
  if (there < step.literal.size()) {
    // As with lines: the text that ends a record may be missing behind the last one.
    const bool last = depth_ == 0 && place().step + 1 == place().steps->size() && at_ > 0;
    return ended && last && there == 0 ? Status::whole : cut_off("the text between its fields");
  }
  at_ += there;
  return Status::whole;
}

SizedWalk::Status SizedWalk::number(const SizedStep& step, std::string_view rest, bool ended, Finds* finds) {
  const auto width = static_cast<std::size_t>(step.width);
  std::size_t used = width;
  std::int64_t number = 0;
  if (width == 0) {
    const bool minus = rest.starts_with('-');
    const std::size_t digits = rest.substr(minus).find_first_not_of("0123456789");
    used = digits == std::string_view::npos ? rest.size() : digits + minus;
    if (used <= kDigitsMax && used == rest.size() && !(ended && used > minus))
      return cut_off(words_for(step));
    if (used > kDigitsMax || !(std::from_chars(rest.data(), rest.data() + used, number).ec == std::errc()))
      return wrong(fmt::format("expected {}", words_for(step)));
  } else if (rest.size() < width) {
    return cut_off(words_for(step));
  } else if (step.as == As::fixed_hex) {
    std::uint64_t bits = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + width, bits, 16);
    if (error != std::errc() || end != rest.data() + width)
      return wrong(fmt::format("expected {} in {} hexadecimal digits", words_for(step), width));
    number = width == 8 ? static_cast<std::int32_t>(bits) : static_cast<std::int64_t>(bits);
  } else {
    number = number_of(step, rest.substr(0, width));
  }
  if (step.what == Do::size) {
    const std::int64_t least = step.of == SizedStep::key || step.of == SizedStep::value ? kNull : 0;
    if (number < least || number > static_cast<std::int64_t>(stream::kRecordBytesMax))
      return wrong(fmt::format("{} as {}", number, words_for(step)));
    place().sizes[step.of] = number;
  } else if (finds != nullptr) {
    finds->number(step, number);
  }
  at_ += used;
  return Status::whole;
}

// A text whose length is known.
SizedWalk::Status SizedWalk::text(const SizedStep& step, std::string_view rest, Finds* finds) {
  if (text_start_ == kNotInText) {
    const std::int64_t size = step.constant > 0 ? step.constant : place().sizes[step.of];
    if (size == kNull) {
      if (finds != nullptr) finds->null(step);
      return Status::whole;
    }
    text_start_ = at_;
    text_bytes_ += static_cast<std::uint64_t>(size);
    left_ = written_size(step.as, static_cast<std::uint64_t>(size));
  }
  const std::uint64_t there = std::min<std::uint64_t>(left_, rest.size());
  at_ += there;
  left_ -= there;
  if (left_ > 0) return cut_off(fmt::format("its {}, {} bytes before its end", name_of(step), left_));
  end_text(step, at_, finds);
  return Status::whole;
}

SizedWalk::Status SizedWalk::text_up_to(const SizedStep& step, std::string_view rest, Finds* finds) {
  if (text_start_ == kNotInText) {
    text_start_ = at_;
    left_ = 0;
  }
  const std::size_t end = rest.find(step.literal);
  if (end == std::string_view::npos) {
    const std::size_t passed = rest.size() - std::min(rest.size(), step.literal.size() - 1);
    text_bytes_ += passed;
    at_ += passed;
    return cut_off(fmt::format("its {}", name_of(step)));
  }
  text_bytes_ += end;
  end_text(step, at_ + end, finds);
  at_ += end + step.literal.size();
  return Status::whole;
}

void SizedWalk::end_text(const SizedStep& step, std::uint64_t end, Finds* finds) {
  if (finds != nullptr) finds->text(step, bytes_.substr(text_start_ - from_, end - text_start_));
  text_start_ = kNotInText;
}

SizedWalk::Status SizedWalk::wrong(std::string what) {
  fault_ = std::move(what);
  return Status::fault;
}

SizedWalk::Status SizedWalk::cut_off(std::string what) {
  fault_ = std::move(what);
  return Status::more;
}

}  // namespace weir::produce
