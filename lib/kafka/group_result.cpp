#include "kafka/group_result.h"

#include "base/error.h"
#include "kafka/errors.h"

namespace weir::kafka {

const rd_kafka_group_result_t* checked_group(std::span<const rd_kafka_group_result_t* const> groups,
                                             const std::string& what) {
  if (groups.empty()) throw base::Error(base::Kind::network, what + ": no answer");
  if (const rd_kafka_error_t* const error = api().rd_kafka_group_result_error(groups[0]))
    throw error_of(api().rd_kafka_error_code(error), what, api().rd_kafka_error_string(error));
  const auto* const list = api().rd_kafka_group_result_partitions(groups[0]);
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) throw error_of(list->elems[i].err, what);
  }
  return groups[0];
}

}  // namespace weir::kafka
