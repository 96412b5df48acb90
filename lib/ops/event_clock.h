// How far event time has come: the watermark W of one tool over all the sources it reads. W = t says that no further
// record on time has ts < t.
//
//   source    a partition: (input, topic, partition), or one input's records that name no partition, whatever their topic
//   of each   the largest time seen minus the bound, or what its last wm line said: a source that had one uses only those,
//             and an input whose lines name no partition uses only the wm lines of that input
//   combined  the least over the sources that are neither idle nor ended; an input that has neither spoken nor ended
//             holds it at -inf. Never goes back. +inf once every input has ended.
//
// No clock of the wall is in here: how late it is, and who is idle, is told from outside. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "state/codec.h"

namespace weir::ops {

inline constexpr std::int64_t kBeforeAll = INT64_MIN;  // -inf
inline constexpr std::int64_t kAfterAll = INT64_MAX;   // +inf

// W - by; both infinities stay, and nothing runs over.
constexpr std::int64_t minus(std::int64_t watermark, std::int64_t by) {
  if (watermark == kBeforeAll || watermark == kAfterAll) return watermark;
  std::int64_t result = 0;
  if (__builtin_sub_overflow(watermark, by, &result)) return by > 0 ? kBeforeAll + 1 : kAfterAll - 1;
  return result;
}
// time + by, which ends at the largest time that is none of the infinities.
constexpr std::int64_t plus(std::int64_t time, std::int64_t by) {
  return minus(time, by == kBeforeAll ? kAfterAll : -by);
}

class EventClock {
 public:
  using Source = std::uint32_t;
  static constexpr std::int32_t kNoPartition = -1;

  struct Settings {
    std::size_t inputs = 1;  // how many there are; they are numbered from 0
    std::int64_t bound_ms = 0;
    std::optional<std::int64_t> idle_ms =
        {};  // a source that is silent for so long is idle; none: no tick makes it so
  };
  explicit EventClock(const Settings& settings);

  // The number of that source, new or known. Of kNoPartition the topic does not matter.
  Source source(std::size_t input, std::string_view topic = {}, std::int32_t partition = kNoPartition);

  // A record with that time: the combined W after it.
  std::int64_t advance(Source source, std::int64_t ts);
  // A wm line: of that source no further record on time has ts < t; kAfterAll is its last.
  std::int64_t mark(Source source, std::int64_t t);
  // Silent for so long that nobody waits for it; its next record or mark brings it back.
  std::int64_t idle(Source source);
  // How late it is by a clock that only goes on, told every now and then: sources that nothing was heard of for idle_ms are
  // idle from then on. Where nobody told for long, nobody read either, so that a pause counts as a quarter of idle_ms.
  std::int64_t tick(std::int64_t now_ms);
  // The same as idle() of all sources of an input, and of an input that has not spoken.
  std::int64_t input_idle(std::size_t input);
  std::int64_t ended(std::size_t input);
  std::int64_t all_ended();

  std::int64_t now() const { return now_; }
  // Has it passed one that was idle? What that one would have said is then of no account.
  bool passed_an_idle_one() const { return passed_an_idle_one_; }
  std::size_t sources() const { return sources_.size(); }
  bool is_idle(Source source) const { return sources_[source].idle; }

  void save(state::Writer& to) const;
  void load(state::Reader& from);  // into a clock of as many inputs

 private:
  struct Partition {
    std::uint32_t input;
    std::int32_t number;
    std::string topic;
    std::int64_t watermark = kBeforeAll;
    bool marked = false;
    bool idle = false;
    bool spoke = false;
    bool heard = false;          // since the last tick
    std::int64_t silent_ms = 0;  // as ticks count
  };
  struct Input {
    bool ended = false;
    bool spoke = false;
    bool idle = false;    // before it spoke
    bool marked = false;  // had a wm line for a partition by name
  };
  bool counts(const Partition& partition) const;
  std::int64_t raise(Partition& partition, std::int64_t watermark);
  std::int64_t combine();

  const std::int64_t bound_ms_;
  const std::optional<std::int64_t> idle_ms_;
  std::optional<std::int64_t> ticked_ms_;
  std::vector<Input> inputs_;
  std::vector<Partition> sources_;
  std::int64_t now_ = kBeforeAll;
  bool passed_an_idle_one_ = false;
};

}  // namespace weir::ops
