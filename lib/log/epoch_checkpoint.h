// leader-epoch-checkpoint: which leader epoch the batches from an offset on carry. Text: "0", the number of
// entries, then "EPOCH START-OFFSET" lines, ascending. weir writes one entry, "0 0"; a broker adds to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sys.h"
#include "base/units.h"

namespace weir::log {

inline constexpr std::string_view kFirstEpochCheckpoint = "0\n1\n0 0\n";

class EpochCheckpoint {
 public:
  // None when the file is missing or is not what it should be.
  static std::optional<EpochCheckpoint> load(base::Sys& sys, const std::string& folder);
  static std::optional<EpochCheckpoint> parse(std::string_view text);

  // The epoch of the batch that begins at `offset`; none when the entries begin later.
  std::optional<std::int32_t> epoch_of(base::Offset offset) const;

 private:
  struct Entry {
    std::int32_t epoch;
    base::Offset start;
  };
  std::vector<Entry> entries_;
};

}  // namespace weir::log
