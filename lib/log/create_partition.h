// Makes the folder of a new partition and what every partition has from its first moment: topic id, leader
// epochs, an empty first segment and a side file, all of it synced before anybody can append.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/sys.h"
#include "log/host.h"

namespace weir::log {

// A random topic id as Kafka writes it: version-4 UUID, URL-safe base64 without padding, 22 characters, not
// beginning with '-'.
std::string random_topic_id();
// 32 hexadecimal digits of a version-4 UUID: what tells one deleted folder from another.
std::string random_uuid();

// The topic id in FOLDER/partition.metadata; empty when there is no such file. Throws Error(Kind::io) when
// the file is damaged.
std::string read_topic_id(base::Sys& sys, const std::string& folder);

// Whether the folder's name in the log directory is made safe, too. Whoever makes many folders leaves it, and calls
// sync_parents() before the first of them can be used.
enum class FolderEntry { synced, left_to_caller };

// Syncs the names of all partition folders beside `folder`, and that of the log directory.
void sync_parents(base::Sys& sys, const std::string& folder);

// Safe to call from several processes at once and again after a crash: whoever comes second finds the folder
// finished, or finishes it. True when this call made the partition. A folder that holds segments already is
// left as it is. Syncs the folder.
bool create_partition(base::Sys& sys, base::Clock& clock, const Host& host, const std::string& folder,
                      std::string_view topic_id, FolderEntry entry = FolderEntry::synced);

}  // namespace weir::log
