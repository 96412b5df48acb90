// One librdkafka client: its properties, its life, and what it says about brokers.
//
// Properties  ours first, then those of the file (KEY=VALUE lines, # comments, as in kcat's configuration), then -X. What
//             we count on (delivery reports, no commits by itself) is set last: refused on the command line, and passed over
//             in a file, which other clients may read, too.
// Secrets     are taken from files only: on a command line everybody on the machine can read them.
// Errors      throws Error: usage for properties that cannot be, network and auth as the cluster has it.
// Threads     one; librdkafka has its own.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "bus/cluster.h"
#include "kafka/api.h"
#include "kafka/unreachable.h"
#include "kafka/wake.h"

namespace weir::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

// Those of the user, checked. Throws Error(Kind::usage).
Properties user_properties(const bus::ClusterPlace& place);

// As rd_kafka_conf_set(); topic.NAME is NAME of the topics, as kcat has it. Throws Error(Kind::usage), code "bad_setting",
// with the nearest name as a hint, and never with the value of a secret.
void set_property(rd_kafka_conf_t* conf, const std::string& name, const std::string& value);

// What a cluster says about a topic.
struct TopicMetadata {
  std::string name;
  struct Partition {
    base::Partition id;
    std::int32_t leader = -1;
    std::vector<std::int32_t> replicas, in_sync;
  };
  std::vector<Partition> partitions;  // ascending
};

class JoinWatch;

class Client {
 public:
  static constexpr std::chrono::milliseconds kPatience =
      Unreachable::kPatience;                              // for one question to the cluster
  static constexpr std::chrono::milliseconds kSlice{100};  // between two looks at the user's wishes

  // `ours`: defaults that the user may change; `fixed`: what must be as it is.
  // `watch`: whom a member of a group tells when it joins; it outlives the client, and all events of groups are wanted.
  Client(const bus::ClusterPlace& place, rd_kafka_type_t type, const Properties& ours,
         const Properties& fixed, std::shared_ptr<JoinWatch> watch = nullptr);
  ~Client();
  Client(const Client&) = delete;

  rd_kafka_t* get() const { return handle_; }
  const std::string& shown() const { return shown_; }  // the cluster, for messages
  // How often what the cluster holds is asked for: topic.metadata.refresh.interval.ms.
  std::chrono::milliseconds refresh_interval() const { return refresh_interval_; }

  // Throws usage, code "unknown_topic", for one that is not there, and network when no broker answers.
  TopicMetadata topic(const std::string& name);
  std::optional<TopicMetadata> find_topic(const std::string& name);
  std::vector<TopicMetadata> topics();
  // The same, of one topic or of all, and never thrown: for those who go on asking. On any thread.
  struct Answer {
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    std::vector<TopicMetadata> topics;  // in order of name; with an error what is known all the same
    bool has_controller = false;        // whom settings are asked of
  };
  Answer ask_topics(const std::string* only, std::chrono::milliseconds patience = kPatience) const;
  // The cluster knows the topic no longer. A broker that has just come up may not know all topics yet, so it is asked more than
  // once, for a second; and as long as nobody answers, nobody knows.
  bool is_gone(const std::string& topic) const;
  // Of the last answer that was not thrown.
  bool has_controller() const { return has_controller_; }

  // Asks, a slice of kPatience at a time, until there is an answer or an error that does not pass. A broker that was slower
  // than a slice gets twice as much the next time. Throws base::Stopped.
  rd_kafka_resp_err_t ask(const std::function<rd_kafka_resp_err_t(std::chrono::milliseconds)>& question);
  // For who waits in another way, since `begun`: whether to go on waiting. Throws base::Stopped.
  bool worth_waiting(std::chrono::steady_clock::time_point begun);

  // Throws why a question failed. Where no broker answered it: what the client said about brokers meanwhile; else, and where
  // it said nothing, `said`, or what `code` means.
  [[noreturn]] void fail(rd_kafka_resp_err_t code, const std::string& what, const std::string& said = "");

  // Whether the object frees the client when it goes. Not where the client would take the process down with it: GroupMember.
  void set_freed(bool freed) { freed_ = freed; }

  // `wake` becomes readable when there is something to serve().
  void wake(const Wake& wake);
  // Takes what lies in the main queue: warnings go to `say`, what cannot pass is thrown.
  // The same words are said once, until came_back().
  void serve(const std::function<void(const std::string&)>& say);
  void came_back() { last_said_.clear(); }
  // True once after the client found, while it was asked for messages, that the cluster lists a partition no longer.
  bool take_unlisted() { return std::exchange(unlisted_, false); }

 private:
  std::vector<TopicMetadata> metadata(const std::string* topic);
  void note_errors();

  rd_kafka_t* handle_ = nullptr;
  const Wake* wake_ = nullptr;
  bool unlisted_ = false;
  bool left_behind_ = false;  // librdkafka 2.0.2 waits for ever for a thread that served such a partition
  bool freed_ = true;
  std::string shown_;
  std::function<bool()> stopped_;
  bool reached_ = false;     // a broker has answered
  Unreachable unreachable_;  // until then
  std::shared_ptr<JoinWatch> join_watch_;
  bool has_controller_ = false;
  bool old_scram_ = false;
  std::chrono::milliseconds refresh_interval_{0};
  std::string last_said_;  // the client's own words about what went wrong last
};

}  // namespace weir::kafka
