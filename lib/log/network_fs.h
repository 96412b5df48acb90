// File systems that several machines write to, or that a user process serves, do not keep what the log needs:
// locks, append order, fsync.
#pragma once

#include <string>

#include "base/sys.h"

namespace weir::log {

// Throws Error(Kind::io) with a hint when `directory` lies on NFS, SMB, FUSE, 9p and the like.
void refuse_network_fs(base::Sys& sys, const std::string& directory);

}  // namespace weir::log
