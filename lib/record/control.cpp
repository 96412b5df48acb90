#include "record/control.h"

#include "base/byte_order.h"

namespace weir::record {

ControlRecord read_control(const Record& record) {
  ControlRecord control;
  if (record.key.size < 4) return control;
  // The version in front of the type only says that fields may follow.
  const auto type = base::load_be<std::int16_t>(record.key.data + 2);
  if (type != 0 && type != 1) return control;
  control.type = type == 0 ? ControlType::abort : ControlType::commit;
  if (record.value.size >= 6) control.coordinator_epoch = base::load_be<std::int32_t>(record.value.data + 2);
  return control;
}

}  // namespace weir::record
