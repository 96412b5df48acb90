// How a topic is taken away, in steps that a crash may come between:
//   1  an empty file `TOPIC.del` in the log directory, synced: from here on the topic is not there for anybody who looks,
//      and its name not free yet
//   2  its settings leave `topic-configs`
//   3  each partition, under its append lock: the side file says "deleted", which stops whoever has it open; the folder
//      becomes TOPIC-P.UUID-delete, as Kafka names it, so that a broker would remove it, too
//   4  the names synced, `TOPIC.del` removed: the name is free
//   5  the renamed folders removed
// The caller holds the metadata lock in steps 1 to 4. Whoever next makes or deletes a topic finishes what a deleter left.
//
// Errors   throws Error(Kind::io); a lock that a stopped process holds ends step 1 before anything was done.
// Threads  one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/sys.h"
#include "log/host.h"

namespace weir::log {

struct Topic;

struct DeletePlace {
  base::Sys& sys;
  base::Clock& clock;
  const Host& host;
  const std::string& directory;
};

// Step 1. Every append lock is tried first.
void begin_deletion(const DeletePlace& place, const Topic& topic);
// Steps 2 to 4, again after a crash as well. The folders as they are called now.
std::vector<std::string> finish_deletion(const DeletePlace& place, std::string_view topic);

// Of the names in a log directory: the topics between steps 1 and 4.
std::vector<std::string> topics_in_deletion(const std::vector<std::string>& names);
// "orders-0.0f8fad5bd9cb469fa16570867728950e-delete"
bool is_deleted_folder(std::string_view name);
// Step 5. What is already gone is fine, and what is no plain file stays, with the folder.
void remove_deleted_folder(base::Sys& sys, const std::string& path);

inline constexpr std::string_view kTopicDeleted = "topic_deleted";
// For whoever reads or writes it, on every bus. Kind::usage, as of a name that no topic had from the beginning: neither the
// disk nor the network is at fault, and nothing gets better by trying again.
base::Error deleted_topic(std::string_view topic);
base::Error topic_deleted(const std::string& folder);

}  // namespace weir::log
