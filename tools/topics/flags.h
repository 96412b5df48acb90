#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "bus/admin.h"
#include "cli/flag.h"
#include "cli/input_flags.h"

namespace weir::topics {

// trim and compact are known, to be refused in words.
enum class Verb { list, create, describe, alter, erase, check, dump, trim, compact };

struct Options {
  Verb verb = Verb::list;
  std::vector<std::string> names;
  bool regex = false;
  bool internal = false;

  std::optional<std::int32_t> partitions, replicas;
  std::vector<std::string> configs;  // as typed
  bus::ConfigChanges changes;        // the same, read
  bool if_not_exists = false;
  bool dry_run = false;

  std::vector<base::Partition> only;  // empty: all
  bool records = false;
  bool index = false;

  bool all_configs = false;
  bool segments = false;

  bool json = false;
  cli::BusFlags bus;
};

cli::Flags flags(Options& options);

}  // namespace weir::topics
