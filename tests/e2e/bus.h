// The bus that the cases of a run use: a log directory in each case's own folder, or one Kafka cluster for all of them,
// emptied after each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "case_file.h"

namespace weir::e2e {

class CaseBus {
 public:
  // `cluster`: HOST:PORT; empty: the local log.
  CaseBus(std::string cluster, std::filesystem::path bin);

  Bus kind() const { return cluster_.empty() ? Bus::local : Bus::kafka; }
  bool runs(const std::optional<Only>& only) const { return !only || only->bus == kind(); }
  // PATH, a home, and where the bus is.
  std::vector<std::string> environment(const std::filesystem::path& home) const;
  // What a tool wrote, as a case says it: its bus is ./weir-data.
  std::string as_in_cases(std::string text) const;

  // Takes away the topics and groups of a cluster. Empty: none is left; else what is. `used`: there were some.
  std::string empty(const std::filesystem::path& home, bool* used) const;

 private:
  std::string cluster_;
  std::filesystem::path bin_;
};

}  // namespace weir::e2e
