// Stream with stream: matches are found pair by pair from when each record came and when it closed.
#include <algorithm>

#include "model/join_row.h"
#include "model/watermark_lines.h"
#include "model/window_row.h"

namespace weir::model {
namespace {

constexpr std::size_t kLeft = 0;

struct Held {
  const Record* record;
  std::size_t arrival;
  Value key;
  Time closing;  // closes when the watermark less the grace is past it
  bool matched = false;
};

class StreamJoin {
 public:
  StreamJoin(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs)
      : spec_(spec),
        watermark_(inputs, spec.bound),
        watermark_lines_(spec.wm_step),
        arrivals_(merged(inputs, in_order(inputs))) {}

  Outcome run() {
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      close(watermark_.advance(arrivals_[i].record));
      if (arrivals_[i].record.kind == Record::Kind::event) take(arrivals_[i].record, i);
      if (arrivals_[i].ends_input) close(watermark_.end(arrivals_[i].record.input));
    }
    close(kForever);
    return std::move(out_);
  }

 private:
  bool left(const Record& record) const { return record.side == kLeft; }
  bool kept(const Record& record) const { return left(record) ? spec_.keeps_left() : spec_.keeps_right(); }
  Time closing_of(const Record& record) const {
    return *record.ts + (left(record) ? spec_.after : spec_.before);
  }
  bool closed(Time closing) const { return minus(watermark_.now(), spec_.grace) > closing; }

  void write_padded(const Record& record, const Value& key) {
    out_.lines.push_back(left(record) ? joined_line(spec_, key, *record.ts, record.value, {})
                                      : joined_line(spec_, key, *record.ts, {}, record.value));
  }

  void close(Time watermark) {
    const Time line = minus(watermark, spec_.grace);
    std::vector<const Held*> closing;
    for (const Held& held : held_) {
      if (line > held.closing) closing.push_back(&held);
    }
    std::sort(closing.begin(), closing.end(), [](const Held* a, const Held* b) {
      return a->closing != b->closing ? a->closing < b->closing : a->arrival < b->arrival;
    });
    for (const Held* held : closing) {
      if (!held->matched && kept(*held->record)) write_padded(*held->record, held->key);
    }
    std::erase_if(held_, [&](const Held& held) { return line > held.closing; });
    watermark_lines_.tell(minus(line, std::max(spec_.before, spec_.after)), out_.lines);
  }

  void take(const Record& record, std::size_t arrival) {
    if (record.value.null()) {
      ++out_.dropped;
      return;
    }
    const Value& key = join_key(spec_, record);
    if (key.null()) {
      if (kept(record))
        write_padded(record, key);
      else
        ++out_.dropped;
      return;
    }
    std::vector<Held*> partners;
    for (Held& held : held_) {
      if (left(*held.record) != left(record) && held.key == key && near(record, *held.record))
        partners.push_back(&held);
    }
    std::sort(partners.begin(), partners.end(), [](const Held* a, const Held* b) {
      const Time x = *a->record->ts, y = *b->record->ts;
      return x != y ? x < y : a->arrival < b->arrival;
    });
    for (Held* partner : partners) {
      partner->matched = true;
      const Record& other = *partner->record;
      out_.lines.push_back(joined_line(spec_, key, std::max(*record.ts, *other.ts),
                                       left(record) ? record.value : other.value,
                                       left(record) ? other.value : record.value));
    }
    const Time closing = closing_of(record);
    if (!closed(closing)) {
      held_.push_back({&record, arrival, key, closing, !partners.empty()});
    } else if (partners.empty() && *record.ts >= minus(watermark_.now(), spec_.grace)) {
      // On time, and nothing to come can match: a negative bound. Unmatched for good.
      if (kept(record)) write_padded(record, key);
    } else if (partners.empty()) {
      ++out_.late;
      if (spec_.late == WindowSpec::Late::in_line) out_.lines.push_back(late_line(record, spec_.envelope));
    }
  }
  bool near(const Record& a, const Record& b) const {
    const Time l = *(left(a) ? a : b).ts, r = *(left(a) ? b : a).ts;
    return l - spec_.before <= r && r <= l + spec_.after;
  }

  const JoinSpec& spec_;
  Watermark watermark_;
  WatermarkLines watermark_lines_;
  std::vector<Arrival> arrivals_;
  std::vector<Held> held_;
  Outcome out_;
};

}  // namespace

Outcome stream_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  return StreamJoin(spec, inputs).run();
}

}  // namespace weir::model
