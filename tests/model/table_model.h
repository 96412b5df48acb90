// The rows of `table`, from the semantics alone.
#pragma once

#include <string>
#include <vector>

#include "model/aggregate.h"
#include "model/record.h"
#include "model/window_model.h"

namespace weir::model {

struct TableSpec {
  bool changes = false;  // the changelog; else the rows at the end
  bool only_changed = false;
  bool patch = false;
  std::string delete_when;  // a member that has to be true; empty: none
  Time ttl = 0;             // 0: none
  std::string group_by;     // a member; empty: rows, no groups
  std::vector<Aggregate> aggregates;
  Time wm_step = 0;  // of the watermark lines it writes; 0: none
  bool envelope = false;
};

// The key is `k` of a bare value, or the envelope's key.
Outcome tabled(const TableSpec& spec, const std::vector<std::vector<Record>>& inputs);
std::vector<std::string> flags_of(const TableSpec& spec);

}  // namespace weir::model
