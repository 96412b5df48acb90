// A log directory, laid out as Kafka lays out its own: TOPIC-PARTITION folders, and beside them only plain
// files:
// `.lock` (Kafka's; writers share it, so that a broker and the tools exclude each other), `.weir-lock` (held
// while topics, settings or producer ids change), `topic-configs`, `producer-ids`, `resume-NAME`, `group-NAME`,
// `TOPIC.del` (a topic that is being deleted: no longer there for anybody who looks).
//
// Units     partitions count from 0; a topic's partitions are 0..n-1.
// Races     several processes may create topics and settings at once: each change is made under the metadata
// lock.
//           A topic of n partitions is made from the last partition down to 0, so whoever finds a gap below
//           folders that hold nothing knows that its maker died, and what was meant; the next writer
//           completes it.
// Errors    throws Error: usage for names that do not exist or cannot, io for the file system.
// Security  folders 0700, files 0600; symbolic links inside the directory are not followed.
// Threads   one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/units.h"
#include "log/config_file.h"
#include "log/host.h"
#include "log/topic_config.h"
#include "log/topic_name.h"

namespace weir::log {

struct Topic {
  std::string name;
  std::vector<base::Partition>
      partitions;  // those that are here, ascending; a copied directory may lack some
  int partition_count() const { return partitions.empty() ? 0 : partitions.back().value + 1; }
};

class Log {
 public:
  enum class Access {
    read,   // changes nothing; the directory may be read-only
    write,  // makes the directory when it is missing, and holds a share of `.lock` while this object lives
  };
  // Throws usage when the directory is missing (read), io when it cannot be made or a Kafka broker has it
  // open (write).
  static Log open(base::Sys& sys, base::Clock& clock, const Host& host, std::string directory, Access access);

  const std::string& directory() const { return directory_; }
  base::Sys& sys() const { return *sys_; }
  base::Clock& clock() const { return *clock_; }
  const Host& host() const { return host_; }
  Access access() const { return broker_lock_ ? Access::write : Access::read; }

  std::vector<Topic> topics() const;  // in order of name, Kafka's internal ones included
  std::optional<Topic> find_topic(
      std::string_view name) const;          // none: no such topic. Throws for an impossible name
  Topic topic(std::string_view name) const;  // throws usage with the nearest name as a hint
  // As it stands: find_topic() waits for somebody who is making it, this does not.
  std::optional<Topic> find_topic_now(std::string_view name) const;
  // False while a partition's maker is at work on it, or died at it.
  bool is_finished(std::string_view topic, base::Partition partition) const;
  std::string partition_path(std::string_view topic, base::Partition partition) const;
  // The id that the topic's partitions share; empty when none of them has one.
  std::string topic_id(const Topic& topic) const;

  // Finds or makes a topic; `created` says which. The partitions are those that exist, whatever `partitions`
  // asks for. Requires Access::write.
  struct Created {
    Topic topic;
    bool created = false;
  };
  Created ensure_topic(std::string_view name, int partitions, const Settings& settings = {});
  // What ensure_topic() refuses for a topic that is not there yet.
  void check_new_topic(std::string_view name, int partitions, const Settings& settings) const;
  // Throws usage when fewer partitions are asked for than there are. Requires Access::write.
  Topic add_partitions(std::string_view name, int partitions);
  void check_growth(const Topic& topic, int partitions) const;

  // Takes a topic away with its settings, crash-safe (delete_topic.h): whoever reads or writes it learns of it. Throws
  // usage when there is none. Requires Access::write.
  void delete_topic(std::string_view name);

  Settings settings(std::string_view topic) const;  // what was set; empty: all defaults
  TopicConfig config(std::string_view topic) const { return TopicConfig::from(settings(topic)); }
  // Sets, and removes where the value is none. All or nothing. Requires Access::write.
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;
  void change_settings(std::string_view topic, const Changes& changes);
  static void check_settings(const Changes& changes);  // throws usage for one that cannot be

  // Unique for the life of the directory. Requires Access::write.
  std::int64_t allocate_producer_ids(std::int64_t count);

  // Held while topics, settings or producer ids change. Waits up to ten seconds, then throws io.
  base::File lock_metadata() const;

 private:
  Log(base::Sys& sys, base::Clock& clock, const Host& host, std::string directory)
      : sys_(&sys), clock_(&clock), host_(host), directory_(std::move(directory)) {}
  std::vector<Topic> list(std::string_view only) const;  // one topic, or all when `only` is empty
  bool is_folder(const std::string& path) const;
  bool holds_data(std::string_view topic, base::Partition partition) const;
  bool made_halfway(const Topic& topic) const;
  bool is_ready(const Topic& topic) const;
  void refuse_collision(std::string_view name) const;
  void finish_deletions();
  void make_partitions(std::string_view topic, int count, const std::string& topic_id);
  [[noreturn]] void no_topic(std::string_view name) const;

  base::Sys* sys_;
  base::Clock* clock_;
  Host host_;
  std::string directory_;
  base::File broker_lock_;  // our share of `.lock`; empty for Access::read
};

}  // namespace weir::log
