// Topics and groups of a cluster, as bus::Admin says.
// Errors   as bus::Admin, and as kafka/client.h for a cluster that cannot be reached or refuses.
// Threads  one.
#pragma once

#include <memory>

#include "bus/admin.h"
#include "bus/cluster.h"

namespace weir::kafka {

std::unique_ptr<bus::Admin> open_admin(const bus::ClusterPlace& place);

}  // namespace weir::kafka
