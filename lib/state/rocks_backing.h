// State on disk, by RocksDB.
//
// Memory   some MiB, whatever the state's size: small write buffers and a small cache.
// Files    in a folder of its own, 0600; RocksDB's own log is not kept. The folder is made when it is missing.
// Lifetime what is passing is not written twice, and its folder goes with the object.
// Damage   every block is checked when it is read. A last write that a crash cut short is as if it had not been made.
#pragma once

#include <memory>
#include <string>

#include "state/backing.h"
#include "state/disk.h"

namespace weir::state {

// Throws Error(Kind::usage), code "no_rocksdb", where the library is missing, else as Backing.
std::unique_ptr<Backing> open_rocks(const std::string& folder, Lifetime lifetime);

}  // namespace weir::state
