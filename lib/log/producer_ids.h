// Producer ids, unique for the life of a log directory, whatever crashes in between.
//
// File `producer-ids`, two slots of 512 bytes, each one text line padded with blanks, with a checksum of what is before:
//   weir-producer-ids 1 generation=7 reserved=1000000001000 next=1000000000042 boot=<32 hex digits> crc32c=89abcdef
// Ids below `reserved` may be in use, and both slots said so, synced, before the first of them was given out; `next`
// is right only within the boot that wrote it. So one run in a thousand pays for a sync, and a power cut wastes
// numbers but never repeats one. Ids begin above whatever a Kafka cluster that wrote to the directory gave out.
#pragma once

#include <cstdint>
#include <string>

#include "base/sys.h"
#include "log/host.h"

namespace weir::log {

inline constexpr std::string_view kProducerIdsFileName = "producer-ids";
inline constexpr std::int64_t kFirstProducerId = 1'000'000'000'000;

// The first of `count` ids that nobody was given before. The caller holds the directory's metadata lock.
// Throws Error(Kind::io) when the file cannot be written or both slots are damaged.
std::int64_t allocate_producer_ids(base::Sys& sys, const std::string& directory, const BootId& boot,
                                   std::int64_t count);

}  // namespace weir::log
