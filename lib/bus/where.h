// WHERE of -b, $WEIR_BUS and the default ./weir-data: a directory (the local log) or a Kafka cluster.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sys.h"

namespace weir::bus {

struct Where {
  enum class Kind { directory, kafka };
  Kind kind = Kind::directory;
  std::string directory = "./weir-data";  // Kind::directory
  std::vector<std::string> brokers;       // Kind::kafka: HOST:PORT each
  bool tls = false;                       // kafkas://
  std::string text;                       // as typed, for messages
};

// What was typed after -b; empty: `environment` (the value of $WEIR_BUS), and when that is empty,
// ./weir-data. Throws Error(Kind::usage) with a hint for a word that is neither: no existing directory, no
// '/', no port.
Where parse_where(base::Sys& sys, std::string_view typed, std::string_view environment);

}  // namespace weir::bus
