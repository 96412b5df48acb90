// Few keys and times close together, so that what meets at an edge meets often.
#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>

#include "model/case.h"
#include "support/random.h"

namespace weir::model {
namespace {

using testing::Random;
using Kind = WindowSpec::Kind;
using Emit = WindowSpec::Emit;

Time between(Random& random, Time low, Time high) {
  return low + static_cast<Time>(random.below(static_cast<std::size_t>(high - low + 1)));
}

struct Shape {  // of the records of a case
  bool envelope = false;
  bool bad_events = false;
  bool bad_times = false;
  bool tombstones = false;
  bool string_keys = false;
  int partitions = 0;      // 0: none is told
  bool marks = false;      // control lines stand between the events
  bool last_mark = false;  // and may say that no event comes any more
  Time scale = 1;
  Time first = 0;
  std::size_t at_most = 30;
};

Value random_key(Random& random, const Shape& shape) {
  if (random.chance(4)) return {};
  if (shape.string_keys) return std::string(1, static_cast<char>('a' + random.below(3)));
  switch (random.below(8)) {
    case 0:
      return 1;
    case 1:
      return "1";
    default:
      return std::string(1, static_cast<char>('a' + random.below(2)));
  }
}

Value random_number(Random& random) {
  switch (random.below(12)) {
    case 0:
    case 1:
      return static_cast<double>(between(random, -20, 20)) + 0.25;
    case 2:
      return std::int64_t{9'007'199'254'740'993};
    case 3:
      return random.chance(30) ? Value(kForever) : Value(0);
    default:
      return between(random, -5, 9);
  }
}

Value random_value(Random& random, const Shape& shape) {
  if (random.chance(10)) return {};
  if (shape.bad_events && random.chance(4)) return random.chance(50) ? Value("x") : Value(true);
  return random_number(random);
}

// A member that is null is written or left out.
void put(Random& random, Object& object, const char* name, Value value) {
  if (!value.null() || random.chance(50)) object.emplace_back(name, std::move(value));
}

std::optional<int> random_partition(Random& random, const Shape& shape) {
  if (shape.partitions == 0) return {};
  return static_cast<int>(random.below(static_cast<std::size_t>(shape.partitions)));
}

// A watermark line, mostly of about that time, or one that calls a partition idle.
Record random_mark(Random& random, const Shape& shape, Time now) {
  Record mark{.kind = random.chance(75) ? Record::Kind::watermark : Record::Kind::idle};
  mark.partition = random_partition(random, shape);
  if (mark.partition) mark.topic = "t";
  mark.ts = now + between(random, -12, 4) * shape.scale;
  if (shape.last_mark && random.chance(4)) mark.ts = kForever;
  return mark;
}

std::vector<Record> random_records(Random& random, const Shape& shape, std::size_t input) {
  std::vector<Record> records;
  Time now = shape.first;
  const std::size_t count = random.below(shape.at_most + 1);
  std::map<int, std::int64_t> next_offset;
  for (std::size_t i = 0; i < count; ++i) {
    now += between(random, 0, 3) * shape.scale;
    if (random.chance(2)) now += between(random, 0, 60) * shape.scale;
    Time ts = random.chance(25) ? now - between(random, 0, 25) * shape.scale : now;
    if (shape.scale != 1) ts += between(random, 0, 2);
    Record record{
        .input = input, .side = input, .topic = {}, .partition = {}, .ts = ts, .key = {}, .value = {}};
    if (ts == -1) record.ts = ts = -2;  // -1 stands for no time in a log, and is a bad event
    if (shape.bad_times && random.chance(3)) record.ts.reset();
    record.partition = random_partition(random, shape);
    if (record.partition) {
      record.topic = "t";
      record.offset = next_offset[*record.partition]++;
    }
    Object value{{"id", static_cast<std::int64_t>(i)}};
    if (record.ts) value.emplace_back("t", ts);
    const Value key = random_key(random, shape);
    put(random, value, "k", key);
    put(random, value, "j", random.chance(5) ? Value() : Value(between(random, 0, 1)));
    put(random, value, "f", random_key(random, shape));
    put(random, value, "v", random_value(random, shape));
    put(random, value, "w", random.chance(10) ? Value() : Value(between(random, 0, 4)));
    put(random, value, "s",
        random.chance(10) ? Value() : Value(std::string(1, static_cast<char>('p' + random.below(3)))));
    value.emplace_back("b", random.chance(60));
    if (!shape.tombstones || !random.chance(12)) record.value = value;
    if (shape.envelope) record.key = key;
    records.push_back(std::move(record));
    if (shape.marks && random.chance(12)) records.push_back(random_mark(random, shape, now));
  }
  return records;
}

enum class Use { add, add_and_take_back };
std::vector<Aggregate> random_aggregates(Random& random, Use use) {
  static const std::vector<Aggregate> all{
      {"n", "count", "", "", {}, ""},
      {"nv", "count", "v", "", {}, ""},
      {"sum", "sum", "v", "", {}, ""},
      {"avg", "avg", "v", "", {}, ""},
      {"min", "min", "v", "", {}, ""},
      {"max", "max", "v", "", {}, ""},
      {"least", "min_by", "id", "w", {}, ""},
      {"most", "max_by", "id", "w", {}, ""},
      {"first", "first", "v", "", {}, ""},
      {"last", "last", "v", "", {}, ""},
      {"early", "first_seen", "v", "", {}, ""},
      {"newest", "last_seen", "v", "", {}, ""},
      {"ids", "collect", "id", "", {}, ""},
      {"all", "collect", "v", "", {}, ""},
      {"set", "collect_set", "s", "", {}, ""},
      {"d", "count_distinct", "v", "", {}, ""},
      {"p", "percentile", "v", "", 50, ""},
      {"p0", "percentile", "v", "", 0, ""},
      {"p90", "percentile", "v", "", 90, ""},
      {"top", "topk", "w", "", 2, ""},
      {"bottom", "bottomk", "w", "", 2, ""},
      {"topd", "topk_distinct", "w", "", 2, ""},
      {"vs", "var_samp", "w", "", {}, ""},
      {"sp", "stddev_pop", "w", "", {}, ""},
      {"ss", "stddev_samp", "w", "", {}, ""},
      {"vp", "var_pop", "w", "", {}, ""},
      // Cannot be taken back.
      {"ad", "approx_distinct", "v", "", {}, ""},
      {"ad8", "approx_distinct", "id", "", 8, ""},
      {"ap", "approx_percentile", "v", "", 50, ""},
      {"ap9", "approx_percentile", "w", "", 90, ""},
  };
  constexpr std::size_t kApproximate = 4;
  std::vector<Aggregate> chosen{all[0]};
  for (std::size_t i = random.below(4); i > 0; --i) {
    Aggregate one = all[1 + random.below(all.size() - (use == Use::add ? 1 : 1 + kApproximate))];
    if (std::any_of(chosen.begin(), chosen.end(),
                    [&](const Aggregate& other) { return other.name == one.name; }))
      continue;
    if (random.chance(20)) one.where = "b";
    if (one.function == "collect" && random.chance(30)) one.parameter = static_cast<int>(1 + random.below(3));
    if ((one.function == "collect" || one.function == "first" || one.function == "last") && random.chance(30))
      one.nulls = true;
    chosen.push_back(one);
  }
  if (random.chance(20)) chosen[0].where = "b";
  return chosen;
}

// With days of 23 and 25 hours, changes at midnight and by half an hour, and a day that was left out.
struct Zone {
  const char* name;
  Time change;  // near one
};
constexpr Zone kZones[] = {
    {"Europe/Berlin", 1'679'700'000'000},     {"America/New_York", 1'699'000'000'000},
    {"America/Sao_Paulo", 1'541'200'000'000}, {"Australia/Lord_Howe", 1'696'000'000'000},
    {"Pacific/Apia", 1'325'000'000'000},      {"Asia/Kathmandu", 504'850'000'000},
    {"Africa/Cairo", 1'682'500'000'000},
};

Case random_window(Random& random, Kind kind) {
  constexpr Time kHour = 3'600'000;
  WindowSpec spec;
  spec.kind = kind;
  const bool calendar = kind == Kind::day || kind == Kind::week || kind == Kind::month;
  const Time scale = !calendar            ? 1
                     : kind == Kind::day  ? 2 * kHour
                     : kind == Kind::week ? 13 * kHour
                                          : 60 * kHour;
  spec.size = between(random, 1, 12);
  spec.every = between(random, 1, spec.size);
  if ((kind == Kind::tumbling || kind == Kind::hopping) && random.chance(30))
    spec.align = between(random, 1, spec.size);
  spec.rows = static_cast<std::size_t>(between(random, 1, 4));
  if (random.chance(80)) spec.by.push_back("k");
  if (random.chance(20)) spec.by.push_back("j");
  spec.aggregates = random_aggregates(random, Use::add);
  spec.envelope = random.chance(40);
  if (random.chance(20)) spec.wm_step = between(random, 1, 10) * scale;
  if (calendar && random.chance(60)) spec.zone = kZones[random.below(std::size(kZones))].name;
  if (kind != Kind::rows) {
    if (random.chance(50)) spec.bound = between(random, 0, 12) * scale;
    if (random.chance(50)) spec.grace = between(random, 0, 12) * scale;
    if (random.chance(30)) spec.late = WindowSpec::Late::in_line;
    switch (kind == Kind::sliding_both ? 0 : random.below(6)) {
      case 1:
        spec.emit = Emit::changes;
        spec.only_changed = random.chance(40);
        // Whether an approximation changed cannot be known.
        if (spec.only_changed)
          std::erase_if(spec.aggregates,
                        [](const Aggregate& one) { return one.function.starts_with("approx_"); });
        break;
      case 2:
        spec.emit = Emit::ontime;
        break;
      case 3:
        spec.emit = Emit::early_count;
        break;
      case 4:
        spec.emit = Emit::early_time;
        spec.early = between(random, 1, 12) * scale;
        break;
      default:
        break;
    }
  }
  if (random.chance(25)) {
    spec.having = spec.aggregates[0].name;
    spec.having_over = static_cast<int>(random.below(3));
  }
  const bool fills = kind == Kind::tumbling || kind == Kind::hopping || calendar;
  if (fills && spec.emit == Emit::final && spec.having.empty() && random.chance(20))
    spec.fill = random.chance(50) ? WindowSpec::Fill::zero : WindowSpec::Fill::null;

  Shape shape;
  shape.envelope = spec.envelope;
  shape.bad_events = random.chance(30);
  shape.bad_times = shape.bad_events && kind != Kind::rows;  // those need none
  shape.partitions = spec.envelope ? static_cast<int>(random.below(4)) : 0;
  shape.scale = scale;
  static constexpr Time kFirsts[] = {0, -40, 1'700'000'000'000};
  shape.first = kFirsts[random.below(3)];
  for (const Zone& zone : kZones) {
    if (spec.zone == zone.name && random.chance(80)) shape.first = zone.change;
  }
  const bool alone = shape.bad_events || !random.chance(10);
  shape.marks = alone && random.chance(25);
  shape.last_mark = kind != Kind::rows;  // which have nothing to do with time
  Case made{spec, {random_records(random, shape, 0)}};
  if (!alone) made.inputs.push_back(random_records(random, shape, 1));
  return made;
}

// Both sides in one input, mostly by time.
std::vector<Record> interleaved(Random& random, const std::vector<std::vector<Record>>& sides) {
  std::vector<Record> all;
  std::size_t next[2] = {0, 0};
  while (next[0] < sides[0].size() || next[1] < sides[1].size()) {
    std::size_t side = random.below(2);
    if (next[side] == sides[side].size())
      side = 1 - side;
    else if (next[1 - side] < sides[1 - side].size() && random.chance(70) &&
             *sides[1 - side][next[1 - side]].ts < *sides[side][next[side]].ts)
      side = 1 - side;
    all.push_back(sides[side][next[side]++]);
    all.back().input = 0;
    all.back().topic = side == 0 ? "l" : "r";
  }
  return all;
}

// With control lines between them.
std::vector<Record> marked(Random& random, const std::vector<Record>& records, const Shape& shape) {
  std::vector<Record> all;
  for (const Record& record : records) {
    all.push_back(record);
    if (random.chance(12)) all.push_back(random_mark(random, shape, *record.ts));
  }
  return all;
}

Case random_join(Random& random, JoinSpec::Kind kind) {
  using Type = JoinSpec::Type;
  JoinSpec spec;
  spec.kind = kind;
  const bool both_sides = kind == JoinSpec::Kind::stream || kind == JoinSpec::Kind::tables;
  static constexpr Type kTypes[] = {Type::inner, Type::left, Type::right, Type::outer};
  spec.type = kTypes[random.below(both_sides ? 4 : 2)];
  spec.envelope = random.chance(50);
  if (kind == JoinSpec::Kind::stream) {
    spec.before = between(random, -4, 10);
    spec.after = between(random, std::max<Time>(-spec.before, -4), 10);
    if (random.chance(50)) spec.bound = between(random, 0, 12);
    if (random.chance(50)) spec.grace = between(random, 0, 12);
    if (random.chance(30)) spec.late = WindowSpec::Late::in_line;
    if (random.chance(20)) spec.wm_step = between(random, 1, 10);
  }
  if (kind == JoinSpec::Kind::as_of) {
    if (random.chance(50)) spec.bound = between(random, 0, 12);
    if (random.chance(60)) spec.grace = between(random, 0, 12);
  }
  if (kind == JoinSpec::Kind::table) spec.timed_table = random.chance(50);

  Shape shape;
  shape.envelope = spec.envelope;
  shape.tombstones = spec.envelope;
  shape.string_keys = spec.envelope;
  shape.at_most = 20;
  static constexpr Time kFirsts[] = {0, -40, 1'700'000'000'000};
  shape.first = kFirsts[random.below(3)];
  Shape right = shape;
  if (kind == JoinSpec::Kind::stream && random.chance(30) && spec.envelope) shape.partitions = 2;
  if (kind != JoinSpec::Kind::stream && random.chance(50) && spec.envelope) shape.partitions = 1;
  if (random.chance(50)) right.partitions = shape.partitions;
  spec.tagged = spec.envelope && random.chance(40);
  std::vector<std::vector<Record>> sides{random_records(random, shape, 0), random_records(random, right, 1)};
  if (!spec.tagged) return {spec, sides};
  std::vector<Record> all = interleaved(random, sides);
  if (kind == JoinSpec::Kind::stream && shape.partitions == 0 && random.chance(25))
    all = marked(random, all, shape);
  return {spec, {all}};
}

Case random_table(Random& random, bool grouped) {
  TableSpec spec;
  spec.envelope = random.chance(50);
  spec.changes = random.chance(70);
  spec.only_changed = spec.changes && random.chance(20);
  if (random.chance(30)) spec.delete_when = "b";
  if (!grouped) spec.patch = random.chance(20);
  if (random.chance(25)) spec.ttl = between(random, 1, 15);
  if (grouped) {
    spec.group_by = "s";
    spec.aggregates = random_aggregates(random, Use::add_and_take_back);
  }
  if (spec.changes && random.chance(20)) spec.wm_step = between(random, 1, 10);
  Shape shape;
  shape.envelope = spec.envelope;
  shape.tombstones = spec.envelope;
  shape.string_keys = spec.envelope;
  shape.partitions = spec.envelope ? static_cast<int>(random.below(3)) : 0;
  shape.marks = random.chance(25);
  return {spec, {random_records(random, shape, 0)}};
}

using Maker = std::function<Case(Random&)>;
const std::vector<std::pair<std::string, Maker>>& makers() {
  const auto window = [](Kind kind) {
    return [kind](Random& random) { return random_window(random, kind); };
  };
  const auto join = [](JoinSpec::Kind kind) {
    return [kind](Random& random) { return random_join(random, kind); };
  };
  static const std::vector<std::pair<std::string, Maker>> all{
      {"tumbling", window(Kind::tumbling)},
      {"hopping", window(Kind::hopping)},
      {"sliding", window(Kind::sliding)},
      {"sliding_both", window(Kind::sliding_both)},
      {"session", window(Kind::session)},
      {"rows", window(Kind::rows)},
      {"day", window(Kind::day)},
      {"week", window(Kind::week)},
      {"month", window(Kind::month)},
      {"stream_join", join(JoinSpec::Kind::stream)},
      {"table_join", join(JoinSpec::Kind::table)},
      {"as_of_join", join(JoinSpec::Kind::as_of)},
      {"tables_join", join(JoinSpec::Kind::tables)},
      {"foreign_join", join(JoinSpec::Kind::foreign)},
      {"table", [](Random& random) { return random_table(random, false); }},
      {"table_groups", [](Random& random) { return random_table(random, true); }},
  };
  return all;
}

}  // namespace

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    for (const auto& [name, maker] : makers()) made.push_back(name);
    return made;
  }();
  return names;
}

Case random_case(const std::string& kind, std::uint64_t seed) {
  Random random(seed);
  for (const auto& [name, maker] : makers()) {
    if (name == kind) return maker(random);
  }
  return {};
}

}  // namespace weir::model
