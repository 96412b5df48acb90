#include "kafka/group_member.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "base/byte_order.h"
#include "base/error.h"
#include "kafka/call.h"
#include "kafka/errors.h"
#include "kafka/partition_list.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

// The client joins again, or asks again, by itself.
bool client_goes_on(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_MEMBER_ID_REQUIRED:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return true;
    default:
      return is_passing(code);
  }
}

std::vector<log::TopicPartition> names_of(const rd_kafka_topic_partition_list_t* list) {
  std::vector<log::TopicPartition> names;
  for (int i = 0; list != nullptr && i < list->cnt; ++i)
    names.push_back({list->elems[i].topic, {list->elems[i].partition}});
  std::sort(names.begin(), names.end());
  return names;
}

// What a member was given, as consumers write it: int16 version, then an array of topics, each a string and an array of
// int32 partitions; arrays have an int32 and strings an int16 length, all big-endian. What is cut off adds nothing more.
void add_assigned(std::string_view bytes, std::set<log::TopicPartition>* to) {
  const auto number = [&]<typename T>(T) -> std::optional<T> {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    const T value = base::load_be<T>(bytes.data());
    bytes.remove_prefix(sizeof(T));
    return value;
  };
  const auto version = number(std::int16_t{});
  const auto topics = number(std::int32_t{});
  for (std::int32_t i = 0; version && topics && i < *topics; ++i) {
    const auto length = number(std::int16_t{});
    if (!length || *length < 0 || bytes.size() < static_cast<std::size_t>(*length)) return;
    const std::string topic(bytes.substr(0, static_cast<std::size_t>(*length)));
    bytes.remove_prefix(topic.size());
    const auto partitions = number(std::int32_t{});
    for (std::int32_t p = 0; partitions && p < *partitions; ++p) {
      const auto partition = number(std::int32_t{});
      if (!partition) return;
      to->insert({topic, {*partition}});
    }
  }
}

}  // namespace

GroupMember::GroupMember(Client& client, const JoinWatch& watch, std::string group,
                         std::function<void(const std::string&)> say)
    : client_(client),
      watch_(watch),
      group_(std::move(group)),
      say_(std::move(say)),
      queue_(api().rd_kafka_queue_get_consumer(client.get())) {
  wake_.watch(queue_);
}

GroupMember::~GroupMember() {
  Wake::forget(queue_);
  api().rd_kafka_queue_destroy(queue_);
}

void GroupMember::join(const std::vector<std::string>& topics) {
  const PartitionList list = new_list(topics.size());
  for (const std::string& topic : topics) add(list, {topic, {RD_KAFKA_PARTITION_UA}});
  const auto code = api().rd_kafka_subscribe(client_.get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw error_of(code, "cannot join group '" + group_ + "'");
  joined_ = true;
  only_patterns_ = std::all_of(topics.begin(), topics.end(),
                               [](const std::string& each) { return log::is_pattern(each); });
  // librdkafka before 2.3 aborts when a member with a sticky assignor is freed between joining and its first share.
  client_.set_freed(false);
}

void GroupMember::attend() {
  client_.serve(say_);
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(queue_, 0)) {
    const Event owned(event);
    switch (api().rd_kafka_event_type(event)) {
      case RD_KAFKA_EVENT_REBALANCE:
        note_rebalance(event);
        break;
      case RD_KAFKA_EVENT_ERROR:
        note_error(event);
        break;
      default:
        break;
    }
  }
  // While somebody thinks about what was asked, the group may have put us out.
  if (asked_ == Asked::to_give_up && api().rd_kafka_assignment_lost(client_.get()) != 0)
    asked_ = Asked::to_forget;
}

void GroupMember::note_rebalance(rd_kafka_event_t* event) {
  partitions_ = names_of(api().rd_kafka_event_topic_partition_list(event));
  if (api().rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    asked_ = Asked::to_take;
    client_.set_freed(true);
  } else {
    asked_ = api().rd_kafka_assignment_lost(client_.get()) != 0 ? Asked::to_forget : Asked::to_give_up;
  }
}

void GroupMember::note_error(rd_kafka_event_t* event) {
  const auto code = api().rd_kafka_event_error(event);
  const std::string text = api().rd_kafka_event_error_string(event);
  if (!client_goes_on(code)) {
    Error error = error_of(code, "group '" + group_ + "'", text);
    if (code == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
      error.hint("share as its other members do: -X partition.assignment.strategy=range");
    throw std::move(error);
  }
  unlisted_ |= is_about_the_topic(code);
  if (only_patterns_ && is_about_the_topic(code)) return;  // none that they take in yet, or no longer
  if (text != last_said_) say_(text);
  last_said_ = text;
}

bool GroupMember::cooperative() const {
  const char* const protocol = api().rd_kafka_rebalance_protocol(client_.get());
  return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

void GroupMember::check(rd_kafka_error_t* error, const std::string& what) const {
  if (error == nullptr) return;
  Error made = error_of(api().rd_kafka_error_code(error), "group '" + group_ + "': " + what,
                        api().rd_kafka_error_string(error));
  api().rd_kafka_error_destroy(error);
  throw std::move(made);
}

void GroupMember::take(const std::vector<log::Position>& from) {
  const PartitionList list = new_list(from.size());
  for (const log::Position& each : from) add(list, each.partition).offset = each.next.value;
  if (cooperative()) {
    check(api().rd_kafka_incremental_assign(client_.get(), list.get()), "cannot take partitions");
  } else if (const auto code = api().rd_kafka_assign(client_.get(), list.get());
             code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw error_of(code, "group '" + group_ + "': cannot take partitions");
  }
  asked_ = Asked::nothing;
  has_share_ = true;
}

void GroupMember::give_up() {
  const PartitionList list = new_list(partitions_.size());
  for (const log::TopicPartition& each : partitions_) add(list, each);
  if (cooperative()) {
    check(api().rd_kafka_incremental_unassign(client_.get(), list.get()), "cannot give partitions up");
  } else {
    api().rd_kafka_assign(client_.get(), nullptr);
  }
  asked_ = Asked::nothing;
}

void GroupMember::move(const log::Position& to) {
  const PartitionList list = new_list(1);
  add(list, to.partition).offset = to.next.value;
  check(api().rd_kafka_incremental_unassign(client_.get(), list.get()), "cannot move");
  check(api().rd_kafka_incremental_assign(client_.get(), list.get()), "cannot move");
}

void GroupMember::pause(const log::TopicPartition& partition) {
  const PartitionList list = new_list(1);
  add(list, partition);
  api().rd_kafka_pause_partitions(client_.get(), list.get());
}

// By list_groups and not by the admin call that describes a group: of that librdkafka up to 2.13 dies (an assertion) when the
// coordinator goes away meanwhile.
bool GroupMember::is_settled(const std::set<log::TopicPartition>& all) {
  const rd_kafka_group_list* listed = nullptr;
  const auto code = client_.ask([&](std::chrono::milliseconds patience) {
    return api().rd_kafka_list_groups(client_.get(), group_.c_str(), &listed,
                                      static_cast<int>(patience.count()));
  });
  const std::unique_ptr<const rd_kafka_group_list, void (*)(const rd_kafka_group_list*)> groups(
      listed, api().rd_kafka_group_list_destroy);
  // A cluster that tells nobody about groups: what we were given has to do.
  if (code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) return true;
  if (groups == nullptr || groups->group_cnt == 0) {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || client_goes_on(code)) return false;
    client_.fail(code, "cannot look at group '" + group_ + "'");
  }
  const rd_kafka_group_info& group = groups->groups[0];
  if (group.err != RD_KAFKA_RESP_ERR_NO_ERROR || std::string_view(group.state) != "Stable") return false;
  std::set<log::TopicPartition> held;
  for (int i = 0; i < group.member_cnt; ++i) {
    const rd_kafka_group_member_info& member = group.members[i];
    add_assigned({static_cast<const char*>(member.member_assignment),
                  static_cast<std::size_t>(std::max(member.member_assignment_size, 0))},
                 &held);
  }
  return std::all_of(all.begin(), all.end(), [&](const auto& each) { return held.contains(each); });
}

bool GroupMember::is_static() const {
  char name[2] = "";
  std::size_t size = sizeof name;  // whether there is one is all that is asked
  const auto found =
      api().rd_kafka_conf_get(api().rd_kafka_conf(client_.get()), "group.instance.id", name, &size);
  return found == RD_KAFKA_CONF_OK && size > 1;
}

// Whether the group knows us.
bool GroupMember::has_id() const {
  char* const id = api().rd_kafka_memberid(client_.get());
  const bool has = id != nullptr && *id != '\0';
  api().rd_kafka_mem_free(client_.get(), id);
  return has;
}

bool GroupMember::leave(std::chrono::milliseconds patience) {
  if (!joined_) return true;
  const auto until = std::chrono::steady_clock::now() + patience;
  const bool resigned = is_static() || resign(until);
  joined_ = false;
  return close(until) && resigned;
}

// Out of the group, and still a client of it. rd_kafka_consumer_close() alone tells the group nothing unless there are
// partitions to be given up, and not even then while a rebalance is under way.
bool GroupMember::resign(std::chrono::steady_clock::time_point until) {
  bool told = false;
  while (std::chrono::steady_clock::now() < until) {
    // Not before the answer to the first request to join, which says who we are to the group.
    if (!told && (!watch_.joining() || has_id())) {
      // Waits in librdkafka for the rebalance to be over.
      api().rd_kafka_unsubscribe(client_.get());
      told = true;
    }
    refuse();
    if (told && !has_id()) return true;
    if (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(queue_, 10)) {
      const Event owned(event);
      if (api().rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE) note_rebalance(event);
    }
  }
  return false;
}

// What the group has given is taken for form's sake, to be given up when librdkafka says so.
void GroupMember::refuse() {
  if (asked_ == Asked::nothing) return;
  const bool take = asked_ == Asked::to_take;
  const PartitionList list = new_list(partitions_.size());
  for (const log::TopicPartition& each : partitions_) add(list, each).offset = RD_KAFKA_OFFSET_END;
  if (!cooperative()) {
    api().rd_kafka_assign(client_.get(), take ? list.get() : nullptr);
  } else if (rd_kafka_error_t* const error =
                 take ? api().rd_kafka_incremental_assign(client_.get(), list.get())
                      : api().rd_kafka_incremental_unassign(client_.get(), list.get())) {
    api().rd_kafka_error_destroy(error);
  }
  asked_ = Asked::nothing;
}

bool GroupMember::close(std::chrono::steady_clock::time_point until) {
  rd_kafka_queue_t* const farewell = api().rd_kafka_queue_new(client_.get());
  if (rd_kafka_error_t* const error = api().rd_kafka_consumer_close_queue(client_.get(), farewell))
    api().rd_kafka_error_destroy(error);
  if (asked_ != Asked::nothing) api().rd_kafka_assign(client_.get(), nullptr);
  asked_ = Asked::nothing;
  bool closed = false;
  while (!(closed = api().rd_kafka_consumer_closed(client_.get()) != 0) &&
         std::chrono::steady_clock::now() < until) {
    const Event event(api().rd_kafka_queue_poll(farewell, 10));
    if (event != nullptr && api().rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE)
      api().rd_kafka_assign(client_.get(), nullptr);
  }
  api().rd_kafka_queue_destroy(farewell);
  return closed;
}

}  // namespace weir::kafka
