// Gives records the key, time, headers and topic that flags ask for. Bare lines become records first: the line is the
// value, the time is now. `lines` stay as they were read (for --tee).
// Threads: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_format.h"
#include "base/units.h"
#include "base/zone.h"
#include "expr/one_result.h"
#include "record/headers.h"
#include "stream/block_arena.h"
#include "stream/stage.h"
#include "tools/produce/topic_table.h"

namespace weir::produce {

class Shape final : public stream::Operator {
 public:
  struct Settings {
    std::optional<std::string> fixed_key;
    std::optional<std::string> key_delimiter;  // of bare lines; without it in the line: no key
    std::string key, topic;                    // expressions; empty: none
    std::optional<base::Field> ts;
    base::Zone zone;
    std::vector<std::pair<std::string, std::string>> headers;
    bool empty_is_tombstone = false;
    bool envelope = false;  // lines are envelopes: expressions see $key $ts $topic and the rest
    bool json = false;      // a value that is none is a bad event
    std::function<base::EventTime()> now;
    std::function<void(const std::string& text)> notice;  // called once when --ts looks like seconds
  };

  // Throws Error(Kind::usage) for an expression that is none. Borrows `topics`, which outlives the batches.
  Shape(Settings settings, TopicTable& topics);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  const expr::Value* evaluate(expr::OneResult& expression, const stream::Batch& batch, std::size_t row) const;
  void make_records(stream::Batch& batch);
  bool shape(stream::Batch& batch, std::size_t row, stream::Context& context);
  void split_key(record::Record& record) const;
  record::Bytes keep(std::string_view bytes);

  Settings settings_;
  TopicTable& topics_;
  std::optional<expr::OneResult> key_, ts_, topic_;
  record::HeadersBuilder given_headers_, headers_;
  stream::BlockArena arena_;
  std::string text_;
};

}  // namespace weir::produce
