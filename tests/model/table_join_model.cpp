// Stream with table, by arrival and as of the stream's time.
#include <algorithm>
#include <map>

#include "model/join_row.h"
#include "model/window_row.h"

namespace weir::model {
namespace {

constexpr std::size_t kTable = 1;
constexpr Time kHistory = 86'400'000;  // --history, by default

// Padded or dropped for want of a key or a partner.
void write_without(const JoinSpec& spec, const Record& record, const Value& key, Outcome& out) {
  if (spec.keeps_left())
    out.lines.push_back(joined_line(spec, key, *record.ts, record.value, {}));
  else
    ++out.dropped;
}

// The order of inputs whose heads have one time.
std::vector<std::size_t> table_first(const std::vector<std::vector<Record>>& inputs) {
  return inputs.size() == 1 ? std::vector<std::size_t>{0} : std::vector<std::size_t>{kTable, 0};
}

struct Version {
  Time ts;
  std::size_t arrival;
  Value value;
};
bool older(const Version& a, const Version& b) {
  return a.ts != b.ts ? a.ts < b.ts : a.arrival < b.arrival;
}

class AsOfJoin {
 public:
  AsOfJoin(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs)
      : spec_(spec), watermark_(inputs, spec.bound), arrivals_(merged(inputs, table_first(inputs))) {}

  Outcome run() {
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      const Record& record = arrivals_[i].record;
      watermark_.advance(record);
      if (record.side == kTable)
        take_version(record, i);
      else
        take(record, i);
      if (arrivals_[i].ends_input) {
        if (spec_.tagged || record.side != kTable) release(kForever);  // with the history of this moment
        watermark_.end(record.input);
      }
    }
    return std::move(out_);
  }

 private:
  void take_version(const Record& record, std::size_t arrival) {
    const Value& key = join_key(spec_, record);
    if (key.null())
      ++out_.dropped;
    else
      versions_[key].push_back({*record.ts, arrival, record.value});
  }

  void take(const Record& record, std::size_t arrival) {
    stream_newest_ = std::max(stream_newest_, *record.ts);
    const Time watermark = stream_newest_ - spec_.bound;
    release(watermark);
    if (record.value.null()) {
      ++out_.dropped;
      return;
    }
    const Value& key = join_key(spec_, record);
    if (key.null())
      write_without(spec_, record, key, out_);
    else if (watermark >= *record.ts + spec_.grace)
      join(record, false);
    else
      held_.push_back({*record.ts, arrival, &record});
  }

  struct Waiting {
    Time ts;
    std::size_t arrival;
    const Record* record;
  };
  void release(Time watermark) {
    const auto due = [&](const Waiting& one) {
      return watermark == kForever || watermark >= one.ts + spec_.grace;
    };
    std::vector<Waiting> ready;
    for (const Waiting& one : held_) {
      if (due(one)) ready.push_back(one);
    }
    std::erase_if(held_, due);
    std::sort(ready.begin(), ready.end(), [](const Waiting& a, const Waiting& b) {
      return a.ts != b.ts ? a.ts < b.ts : a.arrival < b.arrival;
    });
    for (const Waiting& one : ready) join(*one.record, true);
  }

  void join(const Record& record, bool held) {
    const Value& key = join_key(spec_, record);
    const std::vector<Version>& all = versions_[key];
    const Time line = minus(watermark_.now(), kHistory);
    const Version* base = nullptr;  // the newest at or below the line is kept
    for (const Version& version : all) {
      if (version.ts <= line && (base == nullptr || older(*base, version))) base = &version;
    }
    const Version* seen = nullptr;
    for (const Version& version : all) {
      if (version.ts > *record.ts || (version.ts <= line && &version != base)) continue;
      if (seen == nullptr || older(*seen, version)) seen = &version;
    }
    const bool paired = seen != nullptr && !seen->value.null();
    if (!paired && held && !spec_.keeps_left()) return;  // it was counted as taken when it began to wait
    if (!paired)
      write_without(spec_, record, key, out_);
    else
      out_.lines.push_back(joined_line(spec_, key, *record.ts, record.value, seen->value));
  }

  const JoinSpec& spec_;
  Watermark watermark_;
  std::vector<Arrival> arrivals_;
  std::map<Value, std::vector<Version>> versions_;
  std::vector<Waiting> held_;
  Time stream_newest_ = kNever;
  Outcome out_;
};

}  // namespace

Outcome table_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  std::vector<Arrival> arrivals;
  if (spec.timed_table || spec.tagged) {
    arrivals = merged(inputs, table_first(inputs));
  } else {
    for (const std::size_t input : {kTable, std::size_t{0}}) {
      for (const Record& record : inputs[input]) arrivals.push_back({record});
    }
  }
  std::map<Value, Value> table;
  Outcome out;
  for (const Arrival& arrival : arrivals) {
    const Record& record = arrival.record;
    const Value& key = join_key(spec, record);
    if (record.side == kTable) {
      if (key.null())
        ++out.dropped;
      else
        table[key] = record.value;
    } else if (record.value.null()) {
      ++out.dropped;
    } else if (key.null() || !table.contains(key) || table[key].null()) {
      write_without(spec, record, key, out);
    } else {
      out.lines.push_back(joined_line(spec, key, *record.ts, record.value, table[key]));
    }
  }
  return out;
}

Outcome as_of_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  return AsOfJoin(spec, inputs).run();
}

}  // namespace weir::model
