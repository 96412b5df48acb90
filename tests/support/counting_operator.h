// An operator with state for the tests of what keeps state: simple enough that everybody knows what has to come out.
//
// Writes of every key (a line, or under -J the value) each fourth time it comes, with how often it came and how many rows
// there were in all; at the end how many keys there are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "record/arena.h"
#include "record/envelope.h"
#include "state/buckets.h"
#include "state/codec.h"
#include "state/store.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::testing {

struct Counted {
  std::uint64_t count = 0;
  void encode(base::Buffer& out) const { state::Writer(out).number(count); }
  static bool decode(std::string_view from, Counted& to) {
    state::Reader in(from);
    to.count = in.number();
    return in.done();
  }
  static constexpr std::size_t bytes() { return 0; }
};

class Counting : public stream::Operator, public state::Part {
 public:
  explicit Counting(state::Store& store) : store_(store), counts_(store, "counts") {
    store.keep("counting", *this);
  }

  bool takes() const override { return true; }
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override {
    stream::Batch rows;
    arena_.begin(rows);
    for (const stream::Line& line : batch.lines) count(key_of(batch, line), rows);
    context.taken += batch.lines.size();
    batch.lines.clear();
    return rows.lines.empty() ? stream::Flow::more : context.out.write(rows);
  }
  stream::Flow on_end(stream::Context& context) override {
    stream::Batch rows;
    arena_.begin(rows);
    add(rows, "keys " + std::to_string(counts_.size(0)));
    return context.out.write(rows);
  }
  void save(state::Writer& to) const override { to.number(rows_); }
  void load(state::Reader& from) override { rows_ = from.number(); }

 private:
  std::string_view key_of(const stream::Batch& batch, const stream::Line& line) {
    if (batch.form != stream::Batch::Form::envelopes) return line.view();
    record::Envelope envelope;
    parsed_.clear();
    if (record::decode(line.view(), parsed_, envelope)) return "no envelope";
    return envelope.record.value.view();
  }
  void count(std::string_view key, stream::Batch& rows) {
    Counted& count = counts_.at(0, key);
    ++count.count;
    counts_.changed(0, count);
    ++rows_;
    if (count.count % 4 == 1)
      add(rows, std::string(key) + " " + std::to_string(count.count) + " " + std::to_string(rows_));
    store_.relieve();
  }
  void add(stream::Batch& rows, const std::string& text) {
    char* const at = arena_.allocate(text.size());
    text.copy(at, text.size());
    rows.lines.push_back({at, static_cast<std::uint32_t>(text.size()), 0});
  }

  state::Store& store_;
  state::Buckets<Counted> counts_;
  std::uint64_t rows_ = 0;
  stream::BlockArena arena_;
  record::HeapArena parsed_;
};

}  // namespace weir::testing
