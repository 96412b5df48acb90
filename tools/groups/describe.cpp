#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/duration.h"
#include "base/rfc3339.h"
#include "cli/table.h"
#include "json/writer.h"
#include "tools/groups/pace.h"
#include "tools/groups/verbs.h"

namespace weir::groups {
namespace {

using Look = bus::Admin::GroupLook;
using std::chrono::milliseconds;

struct Seen {
  bus::GroupInfo group;
  std::optional<Pace> pace;  // none: looked at once
};

// A reading that no millisecond makes clearer.
std::string time_text(milliseconds span) {
  if (span >= std::chrono::seconds(10)) span = std::chrono::floor<std::chrono::seconds>(span);
  return base::format_duration(span);
}

// How old the oldest record is that a partition's readers have not come to.
std::optional<milliseconds> time_lag(const bus::GroupPosition& position, base::EventTime now) {
  if (position.lag() == 0) return milliseconds(0);
  if (!position.oldest_unread || *position.oldest_unread == base::kNoTime) return std::nullopt;
  return milliseconds(std::max<std::int64_t>(0, now.ms - position.oldest_unread->ms));
}

// Of a whole group: the largest; none when one of them is not known.
std::optional<milliseconds> time_lag(const bus::GroupInfo& group, base::EventTime now) {
  std::optional<milliseconds> largest = milliseconds(0);
  for (const bus::GroupPosition& each : group.positions) {
    if (!each.lag()) continue;
    const auto lag = time_lag(each, now);
    if (!lag) return std::nullopt;
    largest = std::max(*largest, *lag);
  }
  return largest;
}

std::string text_of(const std::optional<base::Offset>& offset) {
  return offset ? std::to_string(offset->value) : "-";
}

// To the second, and so always as wide.
std::string stored_text(const std::optional<std::int64_t>& ms) {
  constexpr std::int64_t kSecond = 1000;
  return ms ? base::format_rfc3339(*ms / kSecond * kSecond) : "-";
}

std::string summary_line(const Seen& seen, base::EventTime now) {
  const bus::GroupInfo& group = seen.group;
  const std::int64_t lag = lag_of(group);
  std::string line = group.summary.state;
  if (group.summary.members)
    line += fmt::format(", {} member{}", *group.summary.members, *group.summary.members == 1 ? "" : "s");
  if (lag == 0) return line + ", caught up";
  line += fmt::format(", {} record{} behind", lag, lag == 1 ? "" : "s");
  if (const auto age = time_lag(group, now)) line += ", " + time_text(*age);
  if (!seen.pace) return line;
  const auto left = until_caught_up(lag, *seen.pace);
  return line +
         fmt::format(", reads {:.0f}/s of {:.0f}/s written, ", seen.pace->read_per_second,
                     seen.pace->written_per_second) +
         (left ? "caught up in " + time_text(*left) : std::string("not catching up"));
}

std::string text_of(const Seen& seen, base::EventTime now) {
  using Align = cli::Table::Align;
  std::string text = "group  " + seen.group.summary.name + "\nstate  " + summary_line(seen, now) + "\n";
  cli::Table table{{"TOPIC"},
                   {"PARTITION", Align::right},
                   {"POSITION", Align::right},
                   {"END", Align::right},
                   {"LAG", Align::right},
                   {"TIME LAG", Align::right},
                   {"STORED"},
                   {"READ NOW"}};
  for (const bus::GroupPosition& each : seen.group.positions) {
    const auto lag = each.lag();
    const auto age = time_lag(each, now);
    table.row({each.topic, std::to_string(each.partition.value), text_of(each.next), text_of(each.end),
               lag ? std::to_string(*lag) : "-", age ? time_text(*age) : "-", stored_text(each.committed_ms),
               !seen.group.summary.members ? "-"
               : each.held                 ? "yes"
                                           : "no"});
  }
  if (!table.empty()) text += table.text();
  for (const bus::GroupPosition& each : seen.group.positions) {
    if (!each.open_transaction) continue;
    text += fmt::format(
        "{}-{}: a transaction is open at offset {}, and who reads committed records gets no further\n",
        each.topic, each.partition.value, each.open_transaction->value);
  }
  if (seen.group.members.empty()) return text;
  cli::Table members{{"MEMBER"}, {"CLIENT"}, {"HOST"}, {"INSTANCE"}};
  for (const bus::GroupMember& each : seen.group.members)
    members.row({each.id, each.client, each.host, each.instance.value_or("-")});
  return text + members.text();
}

void write_ms(json::Writer& writer, std::string_view name, const std::optional<milliseconds>& span) {
  writer.name(name);
  span ? writer.number(std::int64_t{span->count()}) : writer.null();
}

void write_position(json::Writer& writer, const bus::GroupPosition& each, base::EventTime now) {
  const auto offset = [&](std::string_view name, const std::optional<base::Offset>& value) {
    writer.name(name);
    value ? writer.number(value->value) : writer.null();
  };
  writer.begin_object()
      .name("topic")
      .string(each.topic)
      .name("partition")
      .number(std::int64_t{each.partition.value});
  offset("position", each.next);
  offset("start", each.start);
  offset("end", each.end);
  if (each.open_transaction) writer.name("open_transaction").number(each.open_transaction->value);
  writer.name("lag");
  each.lag() ? writer.number(*each.lag()) : writer.null();
  write_ms(writer, "lag_ms", time_lag(each, now));
  if (each.committed_ms) writer.name("stored_ts").number(*each.committed_ms);
  if (!each.metadata.empty()) writer.name("metadata").string(each.metadata);
  writer.name("held").boolean(each.held).end_object();
}

std::string json_of(const Seen& seen, base::EventTime now) {
  const bus::GroupInfo& group = seen.group;
  const std::int64_t lag = lag_of(group);
  std::string line;
  json::Writer writer(line);
  writer.begin_object().name("group").string(group.summary.name).name("state").string(group.summary.state);
  if (group.summary.members) writer.name("members").number(static_cast<std::int64_t>(*group.summary.members));
  writer.name("lag").number(lag);
  write_ms(writer, "lag_ms", time_lag(group, now));
  if (seen.pace) {
    writer.name("read_per_second").number(std::lround(seen.pace->read_per_second));
    writer.name("written_per_second").number(std::lround(seen.pace->written_per_second));
    write_ms(writer, "caught_up_in_ms", until_caught_up(lag, *seen.pace));
  }
  writer.name("partitions").begin_array();
  for (const bus::GroupPosition& each : group.positions) write_position(writer, each, now);
  writer.end_array();
  if (!group.members.empty()) {
    writer.name("member_list").begin_array();
    for (const bus::GroupMember& each : group.members) {
      writer.begin_object().name("id").string(each.id).name("client").string(each.client);
      writer.name("host").string(each.host);
      if (each.instance) writer.name("instance").string(*each.instance);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
  return line + "\n";
}

// Only what is at work has a pace.
bool worth_a_second_look(const bus::GroupInfo& group) {
  return group.summary.at_work() && lag_of(group) > 0;
}

// False: asked to stop.
bool wait(std::chrono::nanoseconds span, cli::Io& io) {
  const auto until = io.clock.steady() + span;
  const auto stopped = [&] { return io.stop != nullptr && io.stop->wish() != stream::Stop::Wish::none; };
  while (!stopped() && io.clock.steady() < until) {
    pollfd stop{io.stop == nullptr ? -1 : io.stop->fd(), POLLIN, 0};
    io.poller.wait({&stop, 1}, until - io.clock.steady());
  }
  return !stopped();
}

}  // namespace

base::ExitCode describe(const Options& options, bus::Admin& admin, cli::Io& io) {
  std::vector<Seen> all;
  for (const std::string& name : select(options, admin)) all.push_back({admin.group(name, Look::times), {}});
  // One wait for all of them.
  const bool twice = options.measure.count() > 0 && std::any_of(all.begin(), all.end(), [](const Seen& each) {
                       return worth_a_second_look(each.group);
                     });
  if (twice) {
    const auto from = io.clock.steady();
    if (!wait(options.measure, io)) return base::ExitCode::interrupted;
    for (Seen& seen : all) {
      if (!worth_a_second_look(seen.group)) continue;
      bus::GroupInfo now = admin.group(seen.group.summary.name, Look::times);
      seen.pace = pace_between(seen.group, now, io.clock.steady() - from);
      seen.group = std::move(now);
    }
  }
  const base::EventTime now = io.clock.wall();
  std::string out;
  for (const Seen& seen : all) {
    if (!options.json && !out.empty()) out += "\n";
    out += options.json ? json_of(seen, now) : text_of(seen, now);
  }
  io.put_out(out);
  return base::ExitCode::ok;
}

}  // namespace weir::groups
