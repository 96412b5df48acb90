#include "ops/join_reader.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "json/canonical.h"
#include "json/cursor.h"
#include "json/text.h"
#include "ops/clock_marks.h"
#include "ops/group_key.h"
#include "ops/see_row.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;

bool is_null(const expr::Value& value) {
  return value.kind <= json::Kind::null;
}

}  // namespace

JoinReader::JoinReader(const Settings& settings)
    : settings_(settings),
      left_times_(settings.left.times),
      right_times_(settings.right.times),
      fields_(make_fields()) {}

// The place of a field, which both sides may share.
std::size_t JoinReader::add(std::vector<expr::Fields::Field>& to, std::string flag,
                            const std::string& expression) {
  const auto found = std::find_if(to.begin(), to.end(), [&](const expr::Fields::Field& field) {
    return field.expression == expression && field.flag == flag;
  });
  if (found != to.end()) return static_cast<std::size_t>(found - to.begin());
  to.push_back({std::move(flag), expression});
  return to.size() - 1;
}

expr::Fields JoinReader::make_fields() {
  std::vector<expr::Fields::Field> fields;
  for (const Side side : {Side::left, Side::right}) {
    Places& places = places_[static_cast<std::size_t>(side)];
    const std::vector<expr::Fields::Field> times = times_of(side).fields();
    const auto same = [](const expr::Fields::Field& a, const expr::Fields::Field& b) {
      return a.flag == b.flag && a.expression == b.expression;
    };
    // EventTimes reads its fields side by side; both sides mostly have the same.
    if (side == Side::right && times.size() <= fields.size() &&
        std::equal(times.begin(), times.end(), fields.begin(), same)) {
      places.times = 0;
    } else {
      places.times = fields.size();
      fields.insert(fields.end(), times.begin(), times.end());
    }
  }
  places_[0].key = add(fields, settings_.left.flag, settings_.left.key);
  places_[1].key = add(fields, settings_.right.flag, settings_.right.key);
  value_place_ = add(fields, "the event", ".");
  if (tagged()) topic_place_ = add(fields, "topic", "$topic");
  if (!settings_.foreign_key.empty()) foreign_place_ = add(fields, "--foreign-key", settings_.foreign_key);
  if (settings_.without) {
    std::string path = ".[";
    json::append_quoted(path, *settings_.without);
    without_place_ = add(fields, "--into", path + "]");
  }
  return {std::move(fields), settings_.setup, settings_.evaluator};
}

JoinReader::Seen JoinReader::read(const stream::Batch& batch, std::size_t row) {
  timed_ = false;
  switch (see_row(fields_, batch, row)) {
    case expr::Fields::Seen::blank:
      return Seen::none;
    case expr::Fields::Seen::bad:
      return refuse(fields_.fault());
    case expr::Fields::Seen::all:
    case expr::Fields::Seen::some:
      break;
  }
  if (!find_side(batch)) return Seen::none;
  if (settings_of(side_).time != Time::unused && !read_time(batch, row)) return Seen::bad;
  for (const std::size_t place : {value_place_, places().key}) {
    if (auto failed = fields_.fault(place)) return refuse(std::move(*failed));
  }
  take_key(fields_.value(places().key), key_);
  const expr::Value& value = fields_.value(value_place_);
  value_ = {};
  if (fields_.tombstone() || is_null(value)) return Seen::event;
  if (settings_.objects && value.kind != json::Kind::object)
    return refuse({.code = "no_object", .message = "the event is no object, so it cannot be joined as one"});
  value_ = value.raw();
  if (side_ == Side::right) return Seen::event;
  if (foreign_place_ != kNone) {
    if (auto failed = fields_.fault(foreign_place_)) return refuse(std::move(*failed));
    take_key(fields_.value(foreign_place_), foreign_);
  }
  if (settings_.without) take_member_out(value);
  return Seen::event;
}

bool JoinReader::find_side(const stream::Batch& batch) {
  if (topic_place_ == kNone) {
    side_ = batch.input_number == 0 ? Side::left : Side::right;
    return true;
  }
  const expr::Value& topic = fields_.value(topic_place_);
  if (topic.kind != json::Kind::string) return false;
  const std::string_view name = json::text_of(topic, buffer_);
  side_ = name == settings_.left.topic ? Side::left : Side::right;
  return name == settings_of(side_).topic;
}

bool JoinReader::read_time(const stream::Batch& batch, std::size_t row) {
  EventTimes& times = times_of(side_);
  if (!batch.times.empty() && batch.times[row] != base::kNoTime) {  // the source had to find it out
    ts_ = batch.times[row].ms;
    return timed_ = true;
  }
  if (times.read(batch, row, fields_, places().times)) {
    ts_ = times.ts();
    timed_ = times.timed();
    return true;
  }
  const SideSettings& side = settings_of(side_);
  if (side.time == Time::if_there && !side.times.ts) return true;
  fault_ = times.fault();
  return false;
}

EventClock::Source JoinReader::source(const stream::Batch& batch, std::size_t row, EventClock& clock) {
  return times_of(side_).source(batch, row, fields_, places().times, clock);
}

bool JoinReader::of_right_alone(const stream::Mark& mark) const {
  if (!tagged()) return mark.input != 0 && mark.kind != stream::Mark::Kind::tick;
  if (mark.line.empty()) return false;
  const std::optional<MarkedPartition> one = partition_of(mark);
  return one && one->topic == settings_.right.topic && one->topic != settings_.left.topic;
}

JoinReader::Seen JoinReader::refuse(stream::Fault fault) {
  fault_ = std::move(fault);
  return Seen::bad;
}

void JoinReader::take_key(const expr::Value& value, std::string& to) {
  to.clear();
  if (is_null(value)) return;
  if (value.kind == json::Kind::array) {
    json::Elements elements(value);
    for (expr::Value element; elements.next(element);)
      if (is_null(element)) return;
  }
  if (!expr::is_computed(value)) return append_key(to, value);
  std::string text;
  expr::append_value(text, value);
  append_key(to, json::parse_value(text));
}

// So that what is put in its place does not stand there twice.
void JoinReader::take_member_out(const expr::Value& value) {
  // A member that is there lies in the text of the event; what stands for one that is not does not.
  const char* const at = fields_.value(without_place_).data;
  const std::less<const char*> before;
  if (before(at, value.data) || !before(at, value.data + value.size)) return;
  text_ = "{";
  json::Members members(value);
  for (json::Member member; members.next(member);) {
    if (json::text_equals(member.name, *settings_.without)) continue;
    if (text_.size() > 1) text_ += ',';
    text_ += member.name.raw();
    text_ += ':';
    text_ += member.value.raw();
  }
  text_ += '}';
  value_ = text_;
}

}  // namespace weir::ops
