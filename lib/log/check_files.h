// Checks the files of a partition that hold no records: side file, producer snapshots, transaction indexes, leader epochs,
// topic id.
#pragma once

#include <functional>
#include <string>

#include "base/sys.h"
#include "log/check_partition.h"

namespace weir::log {

struct FilesToCheck {
  base::Sys& sys;
  const std::string& folder;
  std::function<void(const Finding&)> tell;
};
void check_small_files(const FilesToCheck& files);

}  // namespace weir::log
