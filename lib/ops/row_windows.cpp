// Windows of N events of one key, in order of arrival. They have nothing to do with the watermark: the end of the input
// writes those that are not full.
#include <algorithm>

#include "ops/window_kind.h"

namespace weir::ops {
namespace {

struct RowsEntry {
  AggregateState state;
  std::uint64_t events = 0;
  std::uint32_t windows = 0;         // of the key that have a row
  std::int64_t first = 0, last = 0;  // kBeforeAll: an event had no time

  void encode(base::Buffer& to) const {
    state::Writer writer(to);
    state.encode(writer);
    writer.number(events);
    writer.number(windows);
    writer.integer(first);
    writer.integer(last);
  }
  static bool decode(std::string_view from, RowsEntry& to) {
    state::Reader reader(from);
    to.state.decode(reader);
    to.events = reader.number();
    to.windows = reader.number_of<std::uint32_t>();
    to.first = reader.integer();
    to.last = reader.integer();
    return reader.done();
  }
  std::size_t bytes() const { return state.bytes(); }
};

class RowWindows final : public WindowKind {
 public:
  explicit RowWindows(const Parts& parts) : WindowKind(parts), open_(parts.store, "windows", &sort_by_json) {}

  bool take(std::string_view key, std::int64_t ts) override {
    RowsEntry& entry = open_.at(0, key);
    aggregates().add(entry.state);
    entry.first = entry.events == 0 ? ts : std::min(entry.first, ts);
    entry.last = entry.events == 0 ? ts : std::max(entry.last, ts);
    if (++entry.events == settings().rows) write(key, entry, false);
    open_.changed(0, entry);
    return true;
  }

  void advance(std::int64_t watermark) override {
    if (watermark != kAfterAll) return;
    open_.each_sorted(0, [&](std::string_view key, RowsEntry& entry) {
      if (entry.events > 0) write(key, entry, true);
    });
    open_.drop(0);
  }
  // A window may stay open for ever.
  std::int64_t promised(std::int64_t watermark) const override {
    return watermark == kAfterAll ? kAfterAll : kBeforeAll;
  }

 private:
  void write(std::string_view key, RowsEntry& entry, bool partial) {
    const bool written = rows().write({.key = key,
                                       .start = entry.first,
                                       .end = entry.last,
                                       .ts = entry.last,
                                       .state = &entry.state,
                                       .number = entry.windows + 1,
                                       .partial = partial,
                                       .timed = entry.first != kBeforeAll});
    if (written) ++entry.windows;
    entry.state = {};
    entry.events = 0;
  }
  state::Buckets<RowsEntry> open_;  // all in bucket 0
};

}  // namespace

std::unique_ptr<WindowKind> make_row_windows(const WindowKind::Parts& parts) {
  return std::make_unique<RowWindows>(parts);
}

}  // namespace weir::ops
