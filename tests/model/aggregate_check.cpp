#include "model/aggregate_check.h"

#include <utility>
#include <vector>

#include "expr/fields.h"
#include "json/scanner.h"
#include "model/case.h"
#include "model/compare.h"
#include "ops/aggregates.h"
#include "support/random.h"

namespace weir::model {
namespace {

struct Event {
  const Record* record;
  std::string line;  // padded
  std::size_t size, arrival;
  bool taken_back;
};

std::vector<Event> events_of(const std::vector<Record>& records, testing::Random& random, bool removes) {
  std::vector<Event> events;
  for (const Record& record : records) {
    if (!record.ts) continue;
    std::string line = line_of(record, false);
    const std::size_t size = line.size();
    events.push_back({&record, std::move(line.append(json::kPadding, '\0')), size, events.size(),
                      removes && random.chance(40)});
  }
  return events;
}

class Bench {
 public:
  Bench(std::vector<ops::AggregateSpec> specs, bool removes)
      : aggregates_(std::move(specs),
                    removes ? ops::Aggregates::Use::add_and_remove : ops::Aggregates::Use::add),
        fields_(aggregates_.fields(), {}, {}) {}

  bool read(const Event& event) {
    fields_.of_line({event.line.data(), event.size});
    return aggregates_.read(fields_, 0, {*event.record->ts, event.arrival});
  }
  const ops::Aggregates& aggregates() const { return aggregates_; }

 private:
  ops::Aggregates aggregates_;
  expr::Fields fields_;
};

ops::AggregateState through_bytes(const ops::AggregateState& state) {
  base::Buffer bytes;
  state.encode(bytes);
  ops::AggregateState back;
  return ops::AggregateState::decode(bytes.view(), back) ? std::move(back) : ops::AggregateState();
}

}  // namespace

std::string aggregates_difference(std::uint64_t seed) {
  const Case one = random_case("tumbling", seed);
  std::vector<Aggregate> asked = std::get<WindowSpec>(one.spec).aggregates;
  const bool removes = seed % 2 == 1;
  if (removes)
    std::erase_if(asked, [](const Aggregate& each) { return each.function.starts_with("approx_"); });
  std::vector<ops::AggregateSpec> specs;
  for (const Aggregate& aggregate : asked) specs.push_back(ops::parse_aggregate(aggregate.flag()));
  testing::Random random(~seed);
  Bench bench(std::move(specs), removes);

  const std::vector<Event> events = events_of(one.inputs[0], random, removes);
  std::vector<ops::AggregateState> states(1 + random.below(4));
  std::vector<Sample> samples;
  std::vector<std::pair<const Event*, std::size_t>> to_take_back;  // from which state
  std::string said;
  for (const Event& event : events) {
    bool takes_all = true;
    for (const Aggregate& aggregate : asked) takes_all = takes_all && takes(aggregate, event.record->value);
    if (bench.read(event) != takes_all)
      return "event " + event.line + " is bad for one and good for the other\n";
    if (!takes_all) continue;
    const std::size_t state = random.below(states.size());
    bench.aggregates().add(states[state]);
    if (event.taken_back)
      to_take_back.emplace_back(&event, state);
    else
      samples.push_back({*event.record->ts, event.arrival, &event.record->value});
  }
  for (const auto& [event, state] : to_take_back) {
    bench.read(*event);
    bench.aggregates().remove(states[state]);
  }
  while (states.size() > 1) {
    const std::size_t from = random.below(states.size()), into = (from + 1) % states.size();
    bench.aggregates().merge(states[into], through_bytes(states[from]));
    states.erase(states.begin() + static_cast<std::ptrdiff_t>(from));
  }

  std::string ours;
  bench.aggregates().write(states[0], ours);
  const std::string wanted = text(results(asked, samples));
  ours = "{" + ours.substr(1) + "}";
  if (alike(ours, wanted)) return {};
  std::string all = "  the library: " + ours + "\n  the model:   " + wanted + "\n";
  for (const Aggregate& aggregate : asked) all += "  --agg " + aggregate.flag() + "\n";
  for (const Event& event : events)
    all += "  " + event.line.substr(0, event.size) + (event.taken_back ? "  taken back\n" : "\n");
  return all;
}

}  // namespace weir::model
