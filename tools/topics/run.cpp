#include "tools/topics/run.h"

#include "bus/bus.h"
#include "log/topic_config.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

// Whoever sets a retention counts on it.
void tell_what_is_only_kept(const Options& options, const bus::Bus& bus, cli::Io& io) {
  if (bus.where().kind != bus::Where::Kind::directory) return;
  std::string names;
  for (const log::SettingInfo& info : log::known_settings()) {
    const auto change = options.changes.find(info.name);
    if (info.obeyed || change == options.changes.end() || !change->second) continue;
    names.append(names.empty() ? "" : ", ").append(info.name);
  }
  if (!names.empty())
    io.notice(names + ": kept for a broker, without effect here: the local log keeps every record");
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  if (options.verb == Verb::check) return check(options, io);
  if (options.verb == Verb::dump) return dump(options, io);
  bus::Bus& bus = io.bus(options.bus);
  const auto admin = bus.admin();
  switch (options.verb) {
    case Verb::list:
      return list(options, *admin, io);
    case Verb::create:
      create(options, *admin, io);
      tell_what_is_only_kept(options, bus, io);
      return base::ExitCode::ok;
    case Verb::describe:
      return describe(options, *admin, io);
    case Verb::alter:
      alter(options, *admin, io);
      tell_what_is_only_kept(options, bus, io);
      return base::ExitCode::ok;
    case Verb::erase:
      return erase(options, *admin, io);
    case Verb::check:
    case Verb::dump:
    case Verb::trim:
    case Verb::compact:
      break;  // done, or refused with the flags
  }
  return base::ExitCode::internal;
}

}  // namespace weir::topics
