#include "log/log.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "base/assert.h"
#include "base/error.h"
#include "base/nearest.h"
#include "log/create_partition.h"
#include "log/delete_topic.h"
#include "log/format.h"
#include "log/network_fs.h"
#include "log/producer_ids.h"
#include "log/side_file.h"

namespace weir::log {
namespace {

constexpr std::string_view kBrokerLockName = ".lock";
constexpr std::string_view kMetadataLockName = ".weir-lock";
constexpr std::chrono::milliseconds kLockPatience{10'000};
constexpr std::chrono::milliseconds kLockPause{2};

std::string parent_of(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void make_directory(base::Sys& sys, const std::string& path) {
  const int returned = sys.mkdir(path, 0700);
  if (returned == -EEXIST) return;
  if (returned < 0) {
    throw base::Error(base::Kind::io,
                      "cannot make the log directory " + path + ": " + base::errno_words(-returned));
  }
  base::File::open_directory(sys, parent_of(path)).sync();
}

std::string counted(std::size_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

bool internal(std::string_view topic) {
  return topic.starts_with("__");
}

void check_count_and_settings(int partitions, const Settings& settings) {
  if (partitions < 1 || partitions > kMaxPartitions) {
    throw base::Error(base::Kind::usage, "a topic has 1 to " + std::to_string(kMaxPartitions) +
                                             " partitions, not " + std::to_string(partitions));
  }
  for (const auto& [name, value] : settings) {
    if (const auto fault = setting_fault(name, value))
      throw base::Error(base::Kind::usage, *fault).code("bad_setting");
  }
}

// Waits for a lock by asking again: the lock call that waits cannot be given a limit.
bool lock_within(base::Clock& clock, base::File& file, base::Sys::Lock kind,
                 std::chrono::nanoseconds patience) {
  const auto until = clock.steady() + patience;
  while (!file.try_lock(kind)) {
    if (clock.steady() >= until) return false;
    std::this_thread::sleep_for(kLockPause);
  }
  return true;
}

}  // namespace

Log Log::open(base::Sys& sys, base::Clock& clock, const Host& host, std::string directory, Access access) {
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  Log log(sys, clock, host, std::move(directory));
  if (access == Access::read) {
    struct stat info {};
    const int returned = sys.stat(log.directory_, &info);
    if (returned == -ENOENT) {
      throw base::Error(base::Kind::usage, "no log directory " + log.directory_)
          .hint("-b DIRECTORY says where topics are kept; produce makes it")
          .code("no_log");
    }
    if (returned == 0 && !S_ISDIR(info.st_mode)) {
      throw base::Error(base::Kind::usage, log.directory_ + " is a file, not a log directory").code("no_log");
    }
    return log;  // what else may be wrong, the first look inside says
  }
  make_directory(sys, log.directory_);
  refuse_network_fs(sys, log.directory_);
  log.broker_lock_ =
      base::File::open(sys, log.directory_ + "/" + std::string(kBrokerLockName), base::File::Mode::create);
  // A broker takes this lock exclusively for its whole life, so there is nothing to wait for.
  if (!log.broker_lock_.try_lock(base::Sys::Lock::shared)) {
    throw base::Error(base::Kind::io, "a Kafka broker has " + log.directory_ + " open")
        .hint("write through the broker: -b localhost:9092")
        .code("broker_running");
  }
  return log;
}

std::string Log::partition_path(std::string_view topic, base::Partition partition) const {
  return directory_ + "/" + folder_name(topic, partition);
}

bool Log::is_folder(const std::string& path) const {
  // Not stat: a symbolic link planted here must not lead out of the directory.
  const int fd = sys_->open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
  if (fd >= 0) {
    sys_->close(fd);
    return true;
  }
  if (fd == -ENOENT || fd == -ENOTDIR || fd == -ELOOP) return false;
  if (fd == -EACCES) return true;  // still a topic: opening it says that we may not
  throw base::Error(base::Kind::io, "cannot look at " + path + ": " + base::errno_words(-fd));
}

std::vector<Topic> Log::list(std::string_view only) const {
  std::vector<std::string> names;
  if (const int returned = sys_->list(directory_, &names); returned < 0) {
    throw base::Error(base::Kind::io, "cannot look into " + directory_ + ": " + base::errno_words(-returned));
  }
  const std::vector<std::string> going = topics_in_deletion(names);
  std::vector<TopicPartition> found;
  for (const std::string& name : names) {
    if (!only.empty() && !name.starts_with(only)) continue;
    auto parsed = parse_folder_name(name);
    if (!parsed || (!only.empty() && parsed->topic != only)) continue;
    if (std::find(going.begin(), going.end(), parsed->topic) != going.end()) continue;
    if (is_folder(directory_ + "/" + name)) found.push_back(std::move(*parsed));
  }
  std::sort(found.begin(), found.end());
  std::vector<Topic> topics;
  for (TopicPartition& each : found) {
    if (topics.empty() || topics.back().name != each.topic) topics.push_back({std::move(each.topic), {}});
    topics.back().partitions.push_back(each.partition);
  }
  return topics;
}

std::vector<Topic> Log::topics() const {
  return list({});
}

bool Log::holds_data(std::string_view topic, base::Partition partition) const {
  const std::string path = partition_path(topic, partition);
  std::vector<std::string> names;
  if (sys_->list(path, &names) < 0) return true;  // cannot tell: then it is not ours to finish
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    struct stat info {};
    return name.ends_with(kLogSuffix) && (sys_->stat(path + "/" + name, &info) < 0 || info.st_size > 0);
  });
}

// Partitions are made from the last one down, so a gap with nothing but empty partitions above it was left by a maker
// that died or is still at work. Any other gap is how the directory was copied.
bool Log::made_halfway(const Topic& topic) const {
  std::size_t dense = 0;
  while (dense < topic.partitions.size() && topic.partitions[dense].value == static_cast<std::int32_t>(dense))
    ++dense;
  return dense < topic.partitions.size() &&
         topic.partitions.size() <= static_cast<std::size_t>(kMaxPartitions) &&
         std::none_of(topic.partitions.begin() + static_cast<std::ptrdiff_t>(dense), topic.partitions.end(),
                      [&](base::Partition partition) { return holds_data(topic.name, partition); });
}

std::optional<Topic> Log::find_topic_now(std::string_view name) const {
  auto topics = list(name);
  if (topics.empty()) return std::nullopt;
  return std::move(topics.front());
}

bool Log::is_finished(std::string_view topic, base::Partition partition) const {
  if (holds_data(topic, partition)) return true;  // Kafka's have no side file
  const auto side = SideFile::open(*sys_, partition_path(topic, partition), SideFile::Access::read);
  return side && side->read();
}

std::optional<Topic> Log::find_topic(std::string_view name) const {
  if (name.empty() || name.find('/') != std::string_view::npos) check_topic_name(name);
  auto topic = find_topic_now(name);
  if (!topic || is_ready(*topic)) return topic;
  // Its maker is probably at work: wait until it lets go of the lock. A reader may lack the right to lock; then what
  // is there is what it gets.
  const std::string path = directory_ + "/" + std::string(kMetadataLockName);
  if (base::File::exists(*sys_, path)) {
    try {
      base::File file = base::File::open(*sys_, path, base::File::Mode::read);
      lock_within(*clock_, file, base::Sys::Lock::shared, kLockPatience);
    } catch (const base::Error&) {
      return topic;
    }
  }
  return find_topic_now(name);
}

void Log::no_topic(std::string_view name) const {
  check_topic_name(name);
  std::vector<std::string> names;
  for (Topic& topic : list({})) {
    if (!internal(topic.name)) names.push_back(std::move(topic.name));
  }
  base::Error error(base::Kind::usage, "no topic '" + std::string(name) + "' in " + directory_ + " (" +
                                           counted(names.size(), "topic") + ")");
  error.code("unknown_topic");
  if (const std::string nearest = base::nearest_name(name, names); !nearest.empty()) {
    error.hint("did you mean '" + nearest + "'?");
  }
  throw std::move(error);
}

Topic Log::topic(std::string_view name) const {
  auto found = find_topic(name);
  if (!found) no_topic(name);
  return std::move(*found);
}

base::File Log::lock_metadata() const {
  base::File file =
      base::File::open(*sys_, directory_ + "/" + std::string(kMetadataLockName), base::File::Mode::create);
  if (!lock_within(*clock_, file, base::Sys::Lock::exclusive, kLockPatience)) {
    throw base::Error(base::Kind::io,
                      "another process has been changing topics of " + directory_ + " for 10 s")
        .hint("find it: fuser -v " + file.path())
        .code("log_locked");
  }
  return file;
}

void Log::make_partitions(std::string_view topic, int count, const std::string& topic_id) {
  // Fifty partitions are not to cost fifty syncs of the log directory. Nobody takes the topic for ready, and appends to it,
  // before the folder that is made last is there: so all the others are on the disk before that one is made.
  int last_made = 0;
  while (last_made < count && base::File::exists(*sys_, partition_path(topic, base::Partition{last_made})))
    ++last_made;
  for (int partition = count; partition-- > 0;) {
    const std::string path = partition_path(topic, base::Partition{partition});
    if (partition == last_made && partition + 1 < count) sync_parents(*sys_, path);
    const bool made = base::File::make_directory(*sys_, path);
    if (!is_folder(path)) {
      throw base::Error(base::Kind::io,
                        path + " is in the way: a partition is a folder, and no symbolic link to one")
          .code("not_a_folder");
    }
    create_partition(*sys_, *clock_, host_, path, topic_id,
                     made && partition > last_made ? FolderEntry::left_to_caller : FolderEntry::synced);
  }
}

std::string Log::topic_id(const Topic& topic) const {
  for (const base::Partition partition : topic.partitions) {
    std::string id = read_topic_id(*sys_, partition_path(topic.name, partition));
    if (!id.empty()) return id;
  }
  return {};
}

// Nobody has to finish it. Its first partition is made last, so that one tells.
bool Log::is_ready(const Topic& topic) const {
  return !made_halfway(topic) &&
         (holds_data(topic.name, topic.partitions.front()) ||
          !read_topic_id(*sys_, partition_path(topic.name, topic.partitions.front())).empty());
}

void Log::check_new_topic(std::string_view name, int partitions, const Settings& settings) const {
  check_topic_name(name);
  check_count_and_settings(partitions, settings);
  refuse_collision(name);
}

Log::Created Log::ensure_topic(std::string_view name, int partitions, const Settings& wanted) {
  WEIR_ASSERT(access() == Access::write);
  check_topic_name(name);
  Created result;
  if (auto found = find_topic_now(name); found && is_ready(*found)) {
    result.topic = std::move(*found);
    return result;
  }
  check_count_and_settings(partitions, wanted);

  const base::File lock = lock_metadata();
  finish_deletions();
  if (const auto found = find_topic_now(name)) {
    const std::string id = topic_id(*found);
    make_partitions(name, found->partition_count(), id.empty() ? random_topic_id() : id);
  } else {
    refuse_collision(name);
    if (!wanted.empty()) {
      // Before the topic: settings without a topic do nothing, a topic without its settings would do wrong.
      ConfigFile configs = load_config_file(*sys_, directory_);
      configs[std::string(name)] = wanted;
      save_config_file(*sys_, directory_, configs);
    }
    make_partitions(name, partitions, random_topic_id());
    result.created = true;
  }
  auto made = find_topic_now(name);
  WEIR_ASSERT(made.has_value());
  result.topic = std::move(*made);
  return result;
}

void Log::refuse_collision(std::string_view name) const {
  for (const Topic& other : list({})) {
    if (!topic_names_collide(name, other.name)) continue;
    throw base::Error(base::Kind::usage, "topic '" + std::string(name) + "' would collide with '" +
                                             other.name + "': '.' and '_' count as the same");
  }
}

void Log::check_growth(const Topic& topic, int partitions) const {
  if (partitions >= topic.partition_count() && partitions <= kMaxPartitions) return;
  throw base::Error(base::Kind::usage,
                    "topic '" + topic.name + "' has " +
                        counted(static_cast<std::size_t>(topic.partition_count()), "partition") +
                        "; it can grow to " + std::to_string(kMaxPartitions) + " and never shrink");
}

Topic Log::add_partitions(std::string_view name, int partitions) {
  WEIR_ASSERT(access() == Access::write);
  const base::File lock = lock_metadata();
  const auto found = find_topic_now(name);
  if (!found) no_topic(name);
  check_growth(*found, partitions);
  const std::string id = topic_id(*found);
  make_partitions(name, partitions, id.empty() ? random_topic_id() : id);
  auto grown = find_topic_now(name);
  WEIR_ASSERT(grown.has_value());
  return std::move(*grown);
}

// The metadata lock is held. What died with its deleter: the names must be free before they are given out again.
void Log::finish_deletions() {
  std::vector<std::string> names;
  base::File::list(*sys_, directory_, &names);
  for (const std::string& topic : topics_in_deletion(names)) {
    for (const std::string& folder : finish_deletion({*sys_, *clock_, host_, directory_}, topic))
      remove_deleted_folder(*sys_, folder);
  }
  for (const std::string& name : names)
    if (is_deleted_folder(name)) remove_deleted_folder(*sys_, directory_ + "/" + name);
}

void Log::delete_topic(std::string_view name) {
  WEIR_ASSERT(access() == Access::write);
  std::vector<std::string> folders;
  {
    const base::File lock = lock_metadata();
    finish_deletions();
    const auto topic = find_topic_now(name);
    if (!topic) no_topic(name);
    const DeletePlace place{*sys_, *clock_, host_, directory_};
    begin_deletion(place, *topic);
    folders = finish_deletion(place, topic->name);
  }
  // Nobody needs to wait for this: the names are free.
  for (const std::string& folder : folders) remove_deleted_folder(*sys_, folder);
}

Settings Log::settings(std::string_view topic) const {
  const ConfigFile configs = load_config_file(*sys_, directory_);
  const auto at = configs.find(topic);
  return at == configs.end() ? Settings{} : at->second;
}

void Log::check_settings(const Changes& changes) {
  for (const auto& [name, value] : changes) {
    const auto fault = setting_fault(name, value.value_or("0"));
    const bool unknown = fault && fault->starts_with("no setting");
    if (fault && (value || unknown)) throw base::Error(base::Kind::usage, *fault).code("bad_setting");
  }
}

void Log::change_settings(std::string_view topic, const Changes& changes) {
  WEIR_ASSERT(access() == Access::write);
  check_settings(changes);
  const base::File lock = lock_metadata();
  if (!find_topic_now(topic)) no_topic(topic);
  ConfigFile configs = load_config_file(*sys_, directory_);
  Settings& settings = configs[std::string(topic)];
  for (const auto& [name, value] : changes) {
    if (value) {
      settings[name] = *value;
    } else {
      settings.erase(name);
    }
  }
  if (settings.empty()) configs.erase(std::string(topic));
  save_config_file(*sys_, directory_, configs);
}

std::int64_t Log::allocate_producer_ids(std::int64_t count) {
  WEIR_ASSERT(access() == Access::write);
  const base::File lock = lock_metadata();
  return log::allocate_producer_ids(*sys_, directory_, host_.boot, count);
}

}  // namespace weir::log
