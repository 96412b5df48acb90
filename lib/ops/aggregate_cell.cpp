#include "ops/aggregate_cell.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "json/canonical.h"
#include "json/cursor.h"
#include "json/number.h"

namespace weir::ops {

// ---- min, max

bool Extreme::better(const AggregateSpec& spec, const expr::Value& value, const Number& number) const {
  int order = 0;
  if (value.kind == json::Kind::number && is_number_) {
    order = compare(number, number_);
  } else if (is_number_) {
    order = value.kind < json::Kind::number ? -1 : 1;
  } else {
    const auto found = json::compare_keys(value, json::parse_value(text_));
    order = (found > 0) - (found < 0);
  }
  return spec.function == Aggregation::min ? order < 0 : order > 0;
}

void Extreme::keep(const expr::Value& value, const Number& number) {
  any_ = true;
  is_number_ = value.kind == json::Kind::number;
  text_.clear();
  if (is_number_) {
    number_ = number;
  } else {
    json::append_compact(text_, value);
  }
}

void Extreme::add(const AggregateSpec& spec, const AggregateInput& input) {
  if (!any_ || better(spec, input.value, input.number)) keep(input.value, input.number);
}

void Extreme::merge(const AggregateSpec& spec, const Extreme& other) {
  if (!other.any_) return;
  expr::Value value;
  value.kind = json::Kind::number;
  if (!other.is_number_) value = json::parse_value(other.text_);
  if (!any_ || better(spec, value, other.number_)) *this = other;
}

void Extreme::write(std::string& out) const {
  if (!any_) {
    out += "null";
  } else if (is_number_) {
    append_number(out, number_);
  } else {
    out += text_;
  }
}

void Extreme::encode(state::Writer& to) const {
  to.flag(any_);
  if (!any_) return;
  to.flag(is_number_);
  to.flag(number_.integer);
  to.integer(number_.whole);
  to.real(number_.real);
  to.text(text_);
}

void Extreme::decode(state::Reader& from) {
  any_ = from.flag();
  if (!any_) return;
  is_number_ = from.flag();
  number_.integer = from.flag();
  number_.whole = from.integer();
  number_.real = from.real();
  text_ = from.text();
}

// ---- var, stddev

Moments::Quad Moments::Packed::get() const {
  Quad value = 0;
  std::memcpy(&value, words, sizeof value);
  return value;
}

void Moments::Packed::set(Quad value) {
  std::memcpy(words, &value, sizeof value);
}

void Moments::add(double value) {
  ++count_;
  sum_.set(sum_.get() + value);
  squares_.set(squares_.get() + static_cast<Quad>(value) * value);
}

void Moments::merge(const Moments& other) {
  count_ += other.count_;
  sum_.set(sum_.get() + other.sum_.get());
  squares_.set(squares_.get() + other.squares_.get());
}

bool Moments::write(const AggregateSpec& spec, std::string& out) const {
  const bool sample = spec.function == Aggregation::var_samp || spec.function == Aggregation::stddev_samp;
  if (count_ < (sample ? 2u : 1u)) return out += "null", true;
  const Quad off = squares_.get() - sum_.get() * sum_.get() / count_;
  auto value = static_cast<double>((off < 0 ? 0 : off) / (sample ? count_ - 1 : count_));
  if (spec.function == Aggregation::stddev_samp || spec.function == Aggregation::stddev_pop)
    value = std::sqrt(value);
  if (!std::isfinite(value)) return out += "null", false;
  json::append_number(out, value);
  return true;
}

void Moments::encode(state::Writer& to) const {
  to.number(count_);
  for (const Packed* each : {&sum_, &squares_}) {
    to.number(each->words[0]);
    to.number(each->words[1]);
  }
}

void Moments::decode(state::Reader& from) {
  count_ = from.number();
  for (Packed* each : {&sum_, &squares_}) {
    each->words[0] = from.number();
    each->words[1] = from.number();
  }
}

// ---- the cell

AggregateCell make_cell(const AggregateSpec& spec, bool removes) {
  switch (spec.function) {
    case Aggregation::count:
      return Counter{};
    case Aggregation::sum:
    case Aggregation::avg:
      return ExactSum{};
    case Aggregation::count_distinct:
      return make_distinct_count();
    case Aggregation::percentile:
      return make_percentile();
    case Aggregation::approx_distinct:
      return make_approx_distinct();
    case Aggregation::approx_percentile:
      return make_approx_percentile();
    default:
      break;
  }
  if (removes) return make_replay();
  switch (spec.function) {
    case Aggregation::min:
    case Aggregation::max:
      return Extreme{};
    case Aggregation::min_by:
    case Aggregation::max_by:
      return make_extreme_by();
    case Aggregation::collect:
      return make_collection();
    case Aggregation::collect_set:
      return make_ordered_set();
    case Aggregation::topk:
    case Aggregation::bottomk:
    case Aggregation::topk_distinct:
      return make_top();
    case Aggregation::first:
    case Aggregation::last:
    case Aggregation::first_seen:
    case Aggregation::last_seen:
      return make_edge();
    default:
      return Moments{};
  }
}

AggregateCell copy_of(const AggregateCell& cell) {
  return std::visit(
      [](const auto& part) -> AggregateCell {
        if constexpr (std::is_same_v<std::decay_t<decltype(part)>, std::unique_ptr<Gathered>>) {
          return part->copy();
        } else {
          return part;
        }
      },
      cell);
}

void add(AggregateCell& cell, const AggregateSpec& spec, const AggregateInput& input, Moment moment) {
  switch (cell.index()) {
    case 0:
      ++std::get<Counter>(cell).events;
      break;
    case 1:
      std::get<ExactSum>(cell).add(input.number);
      break;
    case 2:
      std::get<Extreme>(cell).add(spec, input);
      break;
    case 3:
      std::get<Moments>(cell).add(input.number.to_double());
      break;
    default:
      std::get<std::unique_ptr<Gathered>>(cell)->add(spec, input, moment);
  }
}

void remove(AggregateCell& cell, const AggregateSpec& spec, const AggregateInput& input, Moment moment) {
  if (auto* const counter = std::get_if<Counter>(&cell)) {
    --counter->events;
  } else if (auto* const sum = std::get_if<ExactSum>(&cell)) {
    sum->remove(input.number);
  } else {
    std::get<std::unique_ptr<Gathered>>(cell)->remove(spec, input, moment);
  }
}

void merge(AggregateCell& into, const AggregateSpec& spec, const AggregateCell& from) {
  WEIR_ASSERT(into.index() == from.index());
  switch (into.index()) {
    case 0:
      std::get<Counter>(into).events += std::get<Counter>(from).events;
      break;
    case 1:
      std::get<ExactSum>(into).merge(std::get<ExactSum>(from));
      break;
    case 2:
      std::get<Extreme>(into).merge(spec, std::get<Extreme>(from));
      break;
    case 3:
      std::get<Moments>(into).merge(std::get<Moments>(from));
      break;
    default:
      std::get<std::unique_ptr<Gathered>>(into)->merge(spec, *std::get<std::unique_ptr<Gathered>>(from));
  }
}

bool write(const AggregateCell& cell, const AggregateSpec& spec, std::string& out) {
  if (const auto* const counter = std::get_if<Counter>(&cell)) {
    json::append_number(out, static_cast<std::int64_t>(counter->events));
    return true;
  }
  if (const auto* const sum = std::get_if<ExactSum>(&cell))
    return spec.function == Aggregation::avg ? sum->append_mean(out) : sum->append_sum(out);
  if (const auto* const moments = std::get_if<Moments>(&cell)) return moments->write(spec, out);
  if (const auto* const extreme = std::get_if<Extreme>(&cell)) {
    extreme->write(out);
  } else {
    std::get<std::unique_ptr<Gathered>>(cell)->write(spec, out);
  }
  return true;
}

bool truncated(const AggregateCell& cell, const AggregateSpec& spec) {
  const auto* const gathered = std::get_if<std::unique_ptr<Gathered>>(&cell);
  return gathered != nullptr && (*gathered)->truncated(spec);
}

std::size_t bytes_of(const AggregateCell& cell) {
  if (const auto* const extreme = std::get_if<Extreme>(&cell)) return extreme->bytes();
  const auto* const gathered = std::get_if<std::unique_ptr<Gathered>>(&cell);
  return gathered == nullptr ? 0 : (*gathered)->bytes();
}

}  // namespace weir::ops
