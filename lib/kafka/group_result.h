// What an answer to a question about one group says of it.
//
// Ownership  what is returned lives as long as the event that `groups` came from.
// Threads    any: a function of its arguments.
#pragma once

#include <span>
#include <string>

#include "kafka/api.h"

namespace weir::kafka {

// The only one of `groups`. Throws as error_of() what went wrong for it, or for one of its partitions.
const rd_kafka_group_result_t* checked_group(std::span<const rd_kafka_group_result_t* const> groups,
                                             const std::string& what);

}  // namespace weir::kafka
