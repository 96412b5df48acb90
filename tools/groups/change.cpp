// reset and delete: what changes a group.
#include <algorithm>

#include "base/error.h"
#include "cli/open.h"
#include "cli/table.h"
#include "json/writer.h"
#include "tools/groups/verbs.h"

namespace weir::groups {
namespace {

using bus::Mode;

struct Move {
  bus::NewPosition to;
  std::optional<base::Offset> before;
};

// What a group would be moved to; `known`: as it is now, none for a group that is not there.
std::vector<Move> moves_of(const std::optional<bus::GroupInfo>& known, const Options& options,
                           bus::Admin& admin, cli::Io& io) {
  std::vector<std::string> topics = options.topics;
  if (topics.empty() && known) {
    for (const bus::GroupPosition& each : known->positions) {
      // A topic that was deleted has nowhere to go on.
      if (each.end && std::find(topics.begin(), topics.end(), each.topic) == topics.end())
        topics.push_back(each.topic);
    }
  }
  const log::Point point = cli::resolve(*options.to, io.clock.wall(), options.zone.zone);
  std::vector<Move> moves;
  for (const std::string& topic : topics) {
    for (bus::NewPosition& to : admin.resolve(topic, point)) {
      Move move{std::move(to), std::nullopt};
      if (known) {
        for (const bus::GroupPosition& each : known->positions)
          if (each.topic == move.to.topic && each.partition == move.to.partition) move.before = each.next;
      }
      moves.push_back(std::move(move));
    }
  }
  return moves;
}

// None: there is no such group. A topic makes one.
std::optional<bus::GroupInfo> find(const std::string& name, const Options& options, bus::Admin& admin) {
  try {
    return admin.group(name, bus::Admin::GroupLook::ends);
  } catch (const base::Error& error) {
    if (error.code() != "unknown_group" || options.topics.empty()) throw;
    return std::nullopt;
  }
}

std::vector<bus::NewPosition> positions_of(const std::vector<Move>& moves) {
  std::vector<bus::NewPosition> all;
  for (const Move& move : moves) all.push_back(move.to);
  return all;
}

std::string json_of(const std::string& group, const std::vector<Move>& moves, const Options& options) {
  std::string lines;
  for (const Move& move : moves) {
    json::Writer writer(lines);
    writer.begin_object().name("group").string(group).name("topic").string(move.to.topic);
    writer.name("partition").number(std::int64_t{move.to.partition.value}).name("before");
    move.before ? writer.number(move.before->value) : writer.null();
    writer.name("position").number(move.to.next.value).name("reset").boolean(!options.dry_run);
    if (options.dry_run) writer.name("dry_run").boolean(true);
    writer.end_object();
    lines += '\n';
  }
  return lines;
}

std::string text_of(const std::string& group, const std::vector<Move>& moves, const Options& options) {
  using Align = cli::Table::Align;
  cli::Table table{
      {"TOPIC"}, {"PARTITION", Align::right}, {"BEFORE", Align::right}, {"POSITION", Align::right}};
  for (const Move& move : moves) {
    table.row({move.to.topic, std::to_string(move.to.partition.value),
               move.before ? std::to_string(move.before->value) : "-", std::to_string(move.to.next.value)});
  }
  return (options.dry_run ? "would reset group '" : "reset group '") + group + "'\n" + table.text();
}

}  // namespace

base::ExitCode reset(const Options& options, bus::Admin& admin, cli::Io& io) {
  std::vector<std::pair<std::string, std::vector<Move>>> plan;
  // All are judged before the first is changed.
  for (const std::string& name : select(options, admin)) {
    std::vector<Move> moves = moves_of(find(name, options, admin), options, admin, io);
    if (moves.empty())
      throw base::Error(base::Kind::usage, "group '" + name + "' has no positions to reset")
          .hint("--topic TOPIC gives it some")
          .code("nothing_to_do");
    admin.set_positions(name, positions_of(moves), Mode::dry_run);
    plan.emplace_back(name, std::move(moves));
  }
  for (const auto& [name, moves] : plan) {
    if (!options.dry_run) admin.set_positions(name, positions_of(moves), Mode::apply);
    if (options.json) {
      io.put_out(json_of(name, moves, options));
    } else if (!io.talk.quiet || options.dry_run) {
      io.put_out(text_of(name, moves, options));
    }
  }
  return base::ExitCode::ok;
}

base::ExitCode erase(const Options& options, bus::Admin& admin, cli::Io& io) {
  const std::vector<std::string> names = select(options, admin);
  for (const std::string& name : names) admin.delete_group(name, options.topics, Mode::dry_run);
  for (const std::string& name : names) {
    if (!options.dry_run) admin.delete_group(name, options.topics, Mode::apply);
    std::string line;
    if (options.json) {
      json::Writer writer(line);
      writer.begin_object().name("group").string(name);
      if (!options.topics.empty()) {
        writer.name("topics").begin_array();
        for (const std::string& topic : options.topics) writer.string(topic);
        writer.end_array();
      }
      writer.name("deleted").boolean(!options.dry_run);
      if (options.dry_run) writer.name("dry_run").boolean(true);
      writer.end_object();
    } else {
      line = options.dry_run ? "would delete " : "deleted ";
      line += options.topics.empty() ? "group '" + name + "'" : "positions of group '" + name + "' in";
      for (const std::string& topic : options.topics) line += " " + topic;
    }
    if (!io.talk.quiet || options.json) io.put_out(line + "\n");
  }
  return base::ExitCode::ok;
}

}  // namespace weir::groups
