#include "tools/topics/run.h"

#include "bus/bus.h"
#include "tools/topics/verbs.h"

namespace weir::topics {

base::ExitCode run(const Options& options, cli::Io& io) {
  if (options.verb == Verb::check) return check(options, io);
  if (options.verb == Verb::dump) return dump(options, io);
  const auto admin = io.bus(options.bus).admin();
  switch (options.verb) {
    case Verb::list:
      return list(options, *admin, io);
    case Verb::create:
      return create(options, *admin, io);
    case Verb::describe:
      return describe(options, *admin, io);
    case Verb::alter:
      return alter(options, *admin, io);
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
