#include "log/delete_topic.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/file.h"
#include "log/config_file.h"
#include "log/create_partition.h"
#include "log/log.h"
#include "log/side_file.h"

namespace weir::log {
namespace {

using base::File;

constexpr std::string_view kIntentSuffix = ".del";
constexpr std::string_view kDeletedSuffix = "-delete";
constexpr std::size_t kUuidDigits = 32;
constexpr std::size_t kLongestName = 255;
constexpr std::chrono::seconds kLockPatience{10};

std::string intent_path(const DeletePlace& place, std::string_view topic) {
  return place.directory + "/" + std::string(topic) + std::string(kIntentSuffix);
}

void sync_directory(const DeletePlace& place) {
  File::open_directory(place.sys, place.directory).sync();
}

// Kafka cuts the topic's name where the whole would be too long for a file's.
std::string deleted_name(const TopicPartition& partition) {
  const std::string rest =
      "-" + std::to_string(partition.partition.value) + "." + random_uuid() + std::string(kDeletedSuffix);
  return partition.topic.substr(0, kLongestName - rest.size()) + rest;
}

void drop_settings(const DeletePlace& place, std::string_view topic) {
  ConfigFile configs = load_config_file(place.sys, place.directory);
  const auto at = configs.find(topic);
  if (at == configs.end()) return;
  configs.erase(at);
  save_config_file(place.sys, place.directory, configs);
}

// Behind the last append, and before any that comes later.
void mark_deleted(const DeletePlace& place, const std::string& folder) {
  SideFile side = SideFile::create(place.sys, folder);
  side.lock(place.clock, kLockPatience, place.host);  // given back with the file
  Ends ends = side.read().value_or(Ends{});
  if (ends.deleted) return;
  ends.deleted = true;
  ends.sequence = side.write(ends);
}

}  // namespace

base::Error deleted_topic(std::string_view topic) {
  return base::Error(base::Kind::usage, "topic '" + std::string(topic) + "' was deleted meanwhile")
      .code("topic_deleted");
}

base::Error topic_deleted(const std::string& folder) {
  return deleted_topic(name_of_path(folder).topic);
}

void begin_deletion(const DeletePlace& place, const Topic& topic) {
  for (const base::Partition partition : topic.partitions) {
    const std::string folder = place.directory + "/" + folder_name(topic.name, partition);
    SideFile::create(place.sys, folder).lock(place.clock, kLockPatience, place.host);
  }
  File::open(place.sys, intent_path(place, topic.name), File::Mode::create);
  sync_directory(place);
}

std::vector<std::string> finish_deletion(const DeletePlace& place, std::string_view topic) {
  drop_settings(place, topic);
  std::vector<std::string> names, renamed;
  File::list(place.sys, place.directory, &names);
  for (const std::string& name : names) {
    const auto partition = parse_folder_name(name);
    if (!partition || partition->topic != topic) continue;
    const std::string folder = place.directory + "/" + name;
    const int fd = place.sys.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd == -ENOTDIR || fd == -ELOOP) continue;  // no partition
    if (fd >= 0) place.sys.close(fd);
    mark_deleted(place, folder);
    renamed.push_back(place.directory + "/" + deleted_name(*partition));
    File::rename(place.sys, folder, renamed.back());
  }
  sync_directory(place);
  File::remove(place.sys, intent_path(place, topic));
  sync_directory(place);
  return renamed;
}

std::vector<std::string> topics_in_deletion(const std::vector<std::string>& names) {
  std::vector<std::string> topics;
  for (const std::string& name : names) {
    if (name.ends_with(kIntentSuffix)) topics.push_back(name.substr(0, name.size() - kIntentSuffix.size()));
  }
  return topics;
}

bool is_deleted_folder(std::string_view name) {
  if (!name.ends_with(kDeletedSuffix)) return false;
  name.remove_suffix(kDeletedSuffix.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot - 1 != kUuidDigits) return false;
  return name.find_first_not_of("0123456789abcdef", dot + 1) == std::string_view::npos &&
         name.substr(0, dot).find('-') != std::string_view::npos;
}

void remove_deleted_folder(base::Sys& sys, const std::string& path) {
  const int fd = sys.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
  if (fd < 0) return;  // somebody else was quicker, or it is not ours
  sys.close(fd);
  std::vector<std::string> names;
  if (sys.list(path, &names) < 0) return;
  for (const std::string& name : names) {
    const int returned = sys.unlink(path + "/" + name);
    if (returned < 0 && returned != -ENOENT && returned != -EISDIR && returned != -EPERM) {
      throw base::Error(base::Kind::io, "the topic is deleted, but " + path + "/" + name +
                                            " cannot be removed: " + base::errno_words(-returned));
    }
  }
  sys.rmdir(path);
}

}  // namespace weir::log
