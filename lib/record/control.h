// Control batches: transaction markers, one record each. Consumers never see them as data but move over them.
#pragma once

#include <cstdint>
#include <optional>

#include "record/record.h"

namespace weir::record {

enum class ControlType { abort, commit, unknown };

struct ControlRecord {
  ControlType type = ControlType::unknown;
  std::int32_t coordinator_epoch = -1;  // of abort and commit; -1 when the record does not say
};

// Reads the one record of a control batch. A key too short to hold a type is unknown: such records are passed
// over.
ControlRecord read_control(const Record& record);

}  // namespace weir::record
