// Walks over a record as a format with lengths says (sized_format.h), however its bytes arrive; nothing of it needs to be
// in memory but what is looked at.
// Threads: any one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "tools/produce/sized_format.h"

namespace weir::produce {

class SizedWalk {
 public:
  // Told of what stands in a record, when all of it was given to one go_on().
  class Finds {
   public:
    virtual ~Finds() = default;
    virtual void number(const SizedStep& step, std::int64_t number) = 0;  // a partition or a time
    virtual void null(const SizedStep& step) = 0;
    virtual void text(const SizedStep& step, std::string_view text) = 0;
    virtual void header_begins() = 0;  // key and value are the header's own
    virtual void header_ends() = 0;
  };
  enum class Status {
    more,   // wants more bytes, which come behind those it has
    whole,  // the record ends at at()
    fault,  // what stands there is no such record; nobody can tell where the next one begins
  };

  // `steps` is borrowed.
  explicit SizedWalk(const std::vector<SizedStep>& steps) : steps_(steps) { begin(); }

  void begin();  // at the first byte of the next record
  // `bytes` begin at byte `from` of the record, at or before at(). `ended`: no more come.
  Status go_on(std::string_view bytes, std::uint64_t from, bool ended, Finds* finds = nullptr);

  std::uint64_t at() const { return at_; }  // bytes before it are not asked for again
  std::uint64_t least() const;              // the record has at least so many bytes
  // Its texts have so many bytes, or more.
  std::uint64_t text_bytes() const { return text_bytes_; }
  // After `fault`, and after `more` with `ended`: what is wrong, in words.
  const std::string& fault() const { return fault_; }

 private:
  struct Place {
    const std::vector<SizedStep>* steps;
    std::size_t step = 0;
    std::array<std::int64_t, SizedStep::kSizes> sizes{};
  };
  static constexpr std::int64_t kNull = -1;
  static constexpr std::uint64_t kNotInText = std::numeric_limits<std::uint64_t>::max();

  Status one_step(const SizedStep& step, std::string_view rest, bool ended, Finds* finds);
  void begin_header(const std::vector<SizedStep>* steps, Finds* finds);
  Status literal(const SizedStep& step, std::string_view rest, bool ended);
  Status number(const SizedStep& step, std::string_view rest, bool ended, Finds* finds);
  Status text(const SizedStep& step, std::string_view rest, Finds* finds);
  Status text_up_to(const SizedStep& step, std::string_view rest, Finds* finds);
  Status wrong(std::string what);
  Status cut_off(std::string what);
  void end_text(const SizedStep& step, std::uint64_t end, Finds* finds);
  Place& place() { return places_[depth_]; }

  const std::vector<SizedStep>& steps_;
  std::array<Place, 2> places_;  // in the record, and in one of its headers
  std::size_t depth_ = 0;
  std::int64_t headers_left_ = 0;
  std::uint64_t at_ = 0;
  std::uint64_t text_start_ = kNotInText, left_ = 0;  // of the text at at_
  std::uint64_t text_bytes_ = 0;
  std::string_view bytes_;  // of the present go_on
  std::uint64_t from_ = 0;
  std::string fault_;
};

}  // namespace weir::produce
