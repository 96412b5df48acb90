#include "tools/topics/run.h"

#include "bus/bus.h"
#include "tools/topics/verbs.h"

namespace weir::topics {

base::ExitCode run(const Options& options, cli::Io& io) {
  const auto admin = io.bus(options.bus.where).admin();
  switch (options.verb) {
    case Verb::list:
      return list(options, *admin, io);
    case Verb::create:
      return create(options, *admin, io);
    case Verb::describe:
      return describe(options, *admin, io);
    case Verb::trim:
    case Verb::compact:
      break;  // refused with the flags
  }
  return base::ExitCode::internal;
}

}  // namespace weir::topics
