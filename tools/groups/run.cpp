#include "tools/groups/run.h"

#include "bus/bus.h"
#include "tools/groups/verbs.h"

namespace weir::groups {

base::ExitCode run(const Options& options, cli::Io& io) {
  const auto admin = io.bus(options.bus).admin();
  switch (options.verb) {
    case Verb::list:
      return list(options, *admin, io);
    case Verb::describe:
      return describe(options, *admin, io);
    case Verb::reset:
      return reset(options, *admin, io);
    case Verb::erase:
      return erase(options, *admin, io);
  }
  return base::ExitCode::internal;
}

}  // namespace weir::groups
