#include "ops/aggregates.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::ops {
namespace {

constexpr std::size_t kCounter = 0, kGathered = 4;  // places in AggregateCell

bool is_null(const expr::Value& value) {
  return value.kind <= json::Kind::null;
}

// count(), of whatever comes.
bool reads_nothing(const AggregateSpec& spec) {
  return spec.expression.empty() && spec.by.empty() && spec.where.empty();
}

// Big values are not worth a long message.
std::string shown(const expr::Value& value) {
  constexpr std::size_t kShown = 60;
  return std::string(value.raw().substr(0, kShown));
}

}  // namespace

// ---- a state

AggregateState AggregateState::copy() const {
  AggregateState made;
  if (const auto* const counter = std::get_if<Counter>(&held_)) {
    made.held_ = *counter;
  } else if (!empty()) {
    made.held_ = std::make_unique<Cells>();
    for (const AggregateCell& cell : cells().all) made.cells().all.push_back(copy_of(cell));
    made.cells().bytes = cells().bytes;
  }
  return made;
}

std::size_t AggregateState::bytes() const {
  const auto* const cells = std::get_if<CellsPointer>(&held_);
  return cells == nullptr ? 0 : (*cells)->bytes;
}

void AggregateState::Cells::count_bytes() {
  bytes = sizeof(Cells) + (all.capacity() > 1 ? all.capacity() * sizeof(AggregateCell) : 0);
  for (const AggregateCell& cell : all) bytes += bytes_of(cell);
}

void AggregateState::encode(base::Buffer& to) const {
  state::Writer writer(to);
  encode(writer);
}

bool AggregateState::decode(std::string_view from, AggregateState& to) {
  state::Reader reader(from);
  to.decode(reader);
  return reader.done();
}

// A single count is written as any other cell.
void AggregateState::encode(state::Writer& to) const {
  if (const auto* const counter = std::get_if<Counter>(&held_)) {
    to.number(1);
    to.number(kCounter);
    to.number(counter->events);
    return;
  }
  if (empty()) return to.number(0);
  to.number(cells().all.size());
  for (const AggregateCell& cell : cells().all) {
    to.number(cell.index());
    if (const auto* const counter = std::get_if<Counter>(&cell)) {
      to.number(counter->events);
    } else if (const auto* const sum = std::get_if<ExactSum>(&cell)) {
      sum->encode(to);
    } else if (const auto* const extreme = std::get_if<Extreme>(&cell)) {
      extreme->encode(to);
    } else if (const auto* const moments = std::get_if<Moments>(&cell)) {
      moments->encode(to);
    } else {
      const auto& gathered = std::get<kGathered>(cell);
      to.number(static_cast<std::uint64_t>(gathered->kind()));
      gathered->encode(to);
    }
  }
}

void AggregateState::decode(state::Reader& from) {
  held_ = {};
  const std::uint64_t count = from.number();
  for (std::uint64_t i = 0; i < count && !from.failed(); ++i) {
    const std::uint64_t kind = from.number();
    if (kind == kCounter && count == 1) {
      held_ = Counter{from.number()};
      return;
    }
    if (empty()) held_ = std::make_unique<Cells>();
    auto& all = cells().all;
    switch (kind) {
      case kCounter:
        all.emplace_back(Counter{from.number()});
        break;
      case 1:
        std::get<ExactSum>(all.emplace_back(ExactSum{})).decode(from);
        break;
      case 2:
        std::get<Extreme>(all.emplace_back(Extreme{})).decode(from);
        break;
      case 3:
        std::get<Moments>(all.emplace_back(Moments{})).decode(from);
        break;
      case kGathered: {
        auto made = make_gathered(static_cast<Gathered::Kind>(from.number()));
        if (made == nullptr) return from.refuse();
        made->decode(from);
        all.emplace_back(std::move(made));
        break;
      }
      default:
        return from.refuse();
    }
  }
  if (!empty()) cells().count_bytes();
}

// ---- all aggregates

Aggregates::Aggregates(std::vector<AggregateSpec> specs, Use use)
    : specs_(std::move(specs)), removes_(use == Use::add_and_remove), inputs_(specs_.size()) {
  fixed_size_ = true;
  one_count_ = specs_.size() == 1 && specs_[0].function == Aggregation::count;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    const AggregateSpec& spec = specs_[i];
    const bool taken = std::any_of(specs_.begin(), specs_.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const AggregateSpec& other) { return other.name == spec.name; });
    if (taken)
      throw base::Error(base::Kind::usage, "--agg: two aggregates are called '" + spec.name + "'")
          .code("bad_aggregate");
    const bool approximate =
        spec.function == Aggregation::approx_distinct || spec.function == Aggregation::approx_percentile;
    if (removes_ && approximate) {
      throw base::Error(base::Kind::usage,
                        "--agg: " + std::string(name_of(spec.function)) + "() cannot take a changed row back")
          .hint(spec.function == Aggregation::approx_distinct ? "count_distinct is exact and can"
                                                              : "percentile is exact and can")
          .code("bad_aggregate");
    }
    std::string name = ",";
    json::append_quoted(name, spec.name);
    names_.push_back(name + ":");
    inputs_[i].counts = reads_nothing(spec);
    read_nothing_ = read_nothing_ && inputs_[i].counts;
    const std::size_t place = make_cell(spec, removes_).index();
    fixed_size_ = fixed_size_ && (place < 2 || place == 3);
  }
}

std::vector<expr::Fields::Field> Aggregates::fields() const {
  using Kind = expr::Fields::Field::Kind;
  std::vector<expr::Fields::Field> fields;
  for (const AggregateSpec& spec : specs_) {
    const std::string flag = "--agg " + spec.name;
    if (!spec.expression.empty()) fields.push_back({flag, spec.expression});
    if (!spec.by.empty()) fields.push_back({flag, spec.by});
    if (!spec.where.empty()) fields.push_back({flag, spec.where, Kind::condition});
  }
  return fields;
}

bool Aggregates::read(const expr::Fields& fields, std::size_t first, Moment moment) {
  moment_ = moment;
  condition_fault_.reset();
  std::size_t place = first;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    const AggregateSpec& spec = specs_[i];
    AggregateInput& input = inputs_[i];
    if (reads_nothing(spec)) continue;  // as the constructor left it
    input = {};
    input.counts = true;
    const std::size_t value = place, by = place + !spec.expression.empty();
    const std::size_t where = by + !spec.by.empty();
    place = where + !spec.where.empty();
    if (!spec.where.empty()) {
      input.counts = fields.holds(where);
      if (auto failed = fields.fault(where); failed && !condition_fault_)
        condition_fault_ = std::move(*failed);
    }
    if (!input.counts || spec.expression.empty()) continue;
    for (std::size_t at = value; at < where; ++at) {
      if (auto failed = fields.fault(at)) return fault_ = std::move(*failed), false;
    }
    input.value = fields.value(value);
    if (!spec.by.empty()) input.by = fields.value(by);
    input.counts = (spec.nulls || !is_null(input.value)) && (spec.by.empty() || !is_null(input.by));
    if (input.value.kind == json::Kind::number) {
      input.number = number_of(input.value);
      const bool beyond = input.value.integer && !input.number.integer;
      if (beyond && spec.numeric()) {
        fault_ = {.code = "integer_range",
                  .message = "--agg " + spec.name + ": " + shown(input.value) + " is beyond 64 bits",
                  .column = 0};
        return false;
      }
    } else if (spec.numeric() && input.counts) {
      fault_ = {.code = "not_a_number",
                .message = "--agg " + spec.name + ": " + shown(input.value) + " is no number, and " +
                           std::string(name_of(spec.function)) + "() takes numbers",
                .column = 0};
      return false;
    }
  }
  return true;
}

void Aggregates::prepare(AggregateState& state) const {
  if (!state.empty()) return;
  if (one_count_) {
    state.held_ = Counter{};
    return;
  }
  state.held_ = std::make_unique<AggregateState::Cells>();
  AggregateState::Cells& cells = state.cells();
  cells.all.reserve(specs_.size());
  for (const AggregateSpec& spec : specs_) cells.all.push_back(make_cell(spec, removes_));
  cells.count_bytes();
}

void Aggregates::add(AggregateState& state) const {
  prepare(state);
  if (one_count_) {
    std::get<Counter>(state.held_).events += inputs_[0].counts;
    return;
  }
  AggregateState::Cells& cells = state.cells();
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    if (inputs_[i].counts) ops::add(cells.all[i], specs_[i], inputs_[i], moment_);
  }
  if (!fixed_size_) cells.count_bytes();
}

void Aggregates::remove(AggregateState& state) const {
  prepare(state);
  if (one_count_) {
    std::get<Counter>(state.held_).events -= inputs_[0].counts;
    return;
  }
  AggregateState::Cells& cells = state.cells();
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    if (inputs_[i].counts) ops::remove(cells.all[i], specs_[i], inputs_[i], moment_);
  }
  if (!fixed_size_) cells.count_bytes();
}

void Aggregates::merge(AggregateState& into, const AggregateState& from) const {
  if (from.empty()) return;
  prepare(into);
  if (one_count_) {
    std::get<Counter>(into.held_).events += std::get<Counter>(from.held_).events;
    return;
  }
  AggregateState::Cells& cells = into.cells();
  for (std::size_t i = 0; i < specs_.size(); ++i) ops::merge(cells.all[i], specs_[i], from.cells().all[i]);
  if (!fixed_size_) cells.count_bytes();
}

bool Aggregates::write(const AggregateState& state, std::string& out) const {
  if (const auto* const counter = std::get_if<Counter>(&state.held_)) {
    out += names_[0];
    json::append_number(out, static_cast<std::int64_t>(counter->events));
    return true;
  }
  bool written = true, cut = false;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    out += names_[i];
    if (state.empty()) {
      written = ops::write(make_cell(specs_[i], removes_), specs_[i], out) && written;
      continue;
    }
    const AggregateCell& cell = state.cells().all[i];
    written = ops::write(cell, specs_[i], out) && written;
    cut = cut || truncated(cell, specs_[i]);
  }
  if (cut) out += ",\"truncated\":true";
  return written;
}

void Aggregates::write_each(std::string_view json, std::string& out) const {
  for (const std::string& name : names_) {
    out += name;
    out += json;
  }
}

}  // namespace weir::ops
