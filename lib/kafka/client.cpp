#include "kafka/client.h"

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.h"
#include "base/nearest.h"
#include "base/stopped.h"
#include "kafka/errors.h"
#include "kafka/join_watch.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kErrorBytes = 512;
// Before it librdkafka repeated its nonce, which brokers refuse since Kafka 3.8.1.
constexpr int kRightScram = 0x02060100;

milliseconds milliseconds_of(rd_kafka_conf_t* conf, const char* name) {
  char text[32] = "";
  std::size_t size = sizeof text;
  api().rd_kafka_conf_get(conf, name, text, &size);
  long value = 0;
  std::from_chars(text, text + std::strlen(text), value);
  return milliseconds(value);
}

std::string joined(const std::vector<std::string>& brokers) {
  std::string all;
  for (const std::string& broker : brokers) all += (all.empty() ? "" : ",") + broker;
  return all;
}

}  // namespace

Client::Client(const bus::ClusterPlace& place, rd_kafka_type_t type, const Properties& ours,
               const Properties& fixed, std::shared_ptr<JoinWatch> watch)
    : shown_(place.where.text), stopped_(place.stopped), join_watch_(std::move(watch)) {
  struct Free {
    void operator()(rd_kafka_conf_t* conf) const { api().rd_kafka_conf_destroy(conf); }
  };
  std::unique_ptr<rd_kafka_conf_t, Free> conf(api().rd_kafka_conf_new());
  set_property(conf.get(), "bootstrap.servers", joined(place.where.brokers));
  set_property(conf.get(), "client.id", "weir");
  // Nothing is printed past the tool: what matters comes as events.
  api().rd_kafka_conf_set_log_cb(conf.get(), [](const rd_kafka_t*, int, const char*, const char*) {});
  // Called from within our own calls, for the one error that comes neither as a message nor as an event.
  api().rd_kafka_conf_set_opaque(conf.get(), this);
  api().rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int code, const char*, void* self) {
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
      static_cast<Client*>(self)->unlisted_ = static_cast<Client*>(self)->left_behind_ = true;
    }
  });
  for (const auto& [name, value] : ours) set_property(conf.get(), name, value);
  for (const auto& [name, value] : user_properties(place)) {
    set_property(conf.get(), name, value);
    if (name == "sasl.mechanism" || name == "sasl.mechanisms")
      old_scram_ = value.starts_with("SCRAM") && api().rd_kafka_version() < kRightScram;
  }
  for (const auto& [name, value] : fixed) set_property(conf.get(), name, value);
  refresh_interval_ = milliseconds_of(conf.get(), "topic.metadata.refresh.interval.ms");
  int events = RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR;
  if (join_watch_ != nullptr) {
    events |= RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT;
    join_watch_->watch(conf.get());
  }
  api().rd_kafka_conf_set_events(conf.get(), events);
  char why[kErrorBytes] = "";
  handle_ = api().rd_kafka_new(type, conf.get(), why, sizeof why);
  if (handle_ == nullptr)
    throw Error(Kind::usage, "librdkafka does not take these properties: " + std::string(why))
        .code("bad_setting");
  conf.release();
}

Client::~Client() {
  if (left_behind_) return;
  if (!freed_) {
    // The client's threads go on, and so does what they call.
    static auto* const outliving = new std::vector<std::shared_ptr<JoinWatch>>();
    if (join_watch_ != nullptr) outliving->push_back(join_watch_);
    return;
  }
  // Without a wait for brokers that may be gone: what was to be confirmed has been, or has been told about.
  api().rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

// Why no broker could be reached is in the events that came meanwhile.
void Client::note_errors() {
  rd_kafka_queue_t* const queue = api().rd_kafka_queue_get_main(handle_);
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(queue, 0)) {
    if (api().rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
      unreachable_.note(api().rd_kafka_event_error(event), api().rd_kafka_event_error_string(event));
    api().rd_kafka_event_destroy(event);
  }
  api().rd_kafka_queue_destroy(queue);
}

void Client::fail(rd_kafka_resp_err_t code, const std::string& what, const std::string& said) {
  note_errors();
  Error error = is_passing(code) ? unreachable_.error(code, what, said) : error_of(code, what, said);
  if (error.kind() == Kind::auth && old_scram_)
    error.hint(
        "SCRAM needs librdkafka 2.6.1 with Kafka 3.8.1 and later; sasl.mechanism=PLAIN over TLS does not");
  throw error;
}

bool Client::worth_waiting(steady_clock::time_point begun) {
  if (stopped_ && stopped_()) throw base::Stopped();
  if (reached_) return true;
  note_errors();  // before the first answer nothing else can be in the queue
  return steady_clock::now() - begun < unreachable_.patience();
}

rd_kafka_resp_err_t Client::ask(const std::function<rd_kafka_resp_err_t(milliseconds)>& question) {
  constexpr int kAgainAfterMs = 20;  // where the answer is an error at once
  const auto begun = steady_clock::now();
  for (milliseconds slice = kSlice;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(begun + kPatience - steady_clock::now());
    const rd_kafka_resp_err_t code =
        question(std::clamp(slice, milliseconds{1}, std::max(left, milliseconds{1})));
    if (!is_passing(code)) {
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR && !std::exchange(reached_, true)) unreachable_ = {};
      return code;
    }
    if (!worth_waiting(begun) || steady_clock::now() - begun >= kPatience) return code;
    if (code == RD_KAFKA_RESP_ERR__TIMED_OUT) slice *= 2;
    ::poll(nullptr, 0, kAgainAfterMs);
  }
}

Client::Answer Client::ask_topics(const std::string* only, milliseconds patience) const {
  struct FreeTopic {
    void operator()(rd_kafka_topic_t* of) const { api().rd_kafka_topic_destroy(of); }
  };
  std::unique_ptr<rd_kafka_topic_t, FreeTopic> topic;
  if (only != nullptr) topic.reset(api().rd_kafka_topic_new(handle_, only->c_str(), nullptr));
  const struct rd_kafka_metadata* found = nullptr;
  Answer answer;
  answer.code = api().rd_kafka_metadata(handle_, only == nullptr, topic.get(), &found,
                                        static_cast<int>(patience.count()));
  if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR) return answer;
  const std::int32_t controller = api().rd_kafka_controllerid(handle_, 0);
  answer.has_controller = std::any_of(found->brokers, found->brokers + found->broker_cnt,
                                      [&](const auto& broker) { return broker.id == controller; });
  for (int i = 0; i < found->topic_cnt; ++i) {
    const rd_kafka_metadata_topic& each = found->topics[i];
    const bool absent = each.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                        each.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                        each.err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
    if (absent) continue;
    if (only != nullptr && each.err != RD_KAFKA_RESP_ERR_NO_ERROR) answer.code = each.err;
    TopicMetadata made{each.topic, {}};
    for (int p = 0; p < each.partition_cnt; ++p) {
      const rd_kafka_metadata_partition& partition = each.partitions[p];
      TopicMetadata::Partition one{{partition.id}, partition.leader, {}, {}};
      one.replicas.assign(partition.replicas, partition.replicas + partition.replica_cnt);
      one.in_sync.assign(partition.isrs, partition.isrs + partition.isr_cnt);
      made.partitions.push_back(std::move(one));
    }
    std::sort(made.partitions.begin(), made.partitions.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    answer.topics.push_back(std::move(made));
  }
  api().rd_kafka_metadata_destroy(found);
  std::sort(answer.topics.begin(), answer.topics.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return answer;
}

bool Client::is_gone(const std::string& topic) const {
  constexpr int kAsked = 5, kPauseMs = 200;
  for (int i = 0; i < kAsked; ++i) {
    if (i > 0) ::poll(nullptr, 0, kPauseMs);
    const Answer answer = ask_topics(&topic);
    if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR || !answer.topics.empty()) return false;
  }
  return true;
}

std::vector<TopicMetadata> Client::metadata(const std::string* topic) {
  Answer answer;
  // What is known of a topic is an answer, also where one of its partitions has no leader at the moment.
  const auto code = ask([&](milliseconds patience) {
    answer = ask_topics(topic, patience);
    return answer.topics.empty() ? answer.code : RD_KAFKA_RESP_ERR_NO_ERROR;
  });
  has_controller_ = answer.has_controller;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) fail(code, "cannot reach the Kafka cluster " + shown_);
  if (answer.code != RD_KAFKA_RESP_ERR_NO_ERROR && !is_passing(answer.code))
    throw error_of(answer.code, "cannot use topic '" + *topic + "' of " + shown_);
  return std::move(answer.topics);
}

std::vector<TopicMetadata> Client::topics() {
  return metadata(nullptr);
}

std::optional<TopicMetadata> Client::find_topic(const std::string& name) {
  std::vector<TopicMetadata> found = metadata(&name);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

TopicMetadata Client::topic(const std::string& name) {
  if (auto found = find_topic(name)) return std::move(*found);
  std::vector<std::string> names;
  for (TopicMetadata& each : topics()) {
    if (!each.name.starts_with("__")) names.push_back(std::move(each.name));
  }
  Error error(Kind::usage, "no topic '" + name + "' in " + shown_ + " (" + std::to_string(names.size()) +
                               (names.size() == 1 ? " topic)" : " topics)"));
  error.code("unknown_topic");
  if (const std::string nearest = base::nearest_name(name, names); !nearest.empty())
    error.hint("did you mean '" + nearest + "'?");
  throw std::move(error);
}

void Client::wake(const Wake& wake) {
  wake_ = &wake;
  rd_kafka_queue_t* const queue = api().rd_kafka_queue_get_main(handle_);
  wake.watch(queue);
  api().rd_kafka_queue_destroy(queue);
}

void Client::serve(const std::function<void(const std::string&)>& say) {
  if (wake_ != nullptr) wake_->clear();
  rd_kafka_queue_t* const queue = api().rd_kafka_queue_get_main(handle_);
  std::optional<Error> fatal;
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(queue, 0)) {
    if (api().rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
      const auto code = api().rd_kafka_event_error(event);
      const std::string text = api().rd_kafka_event_error_string(event);
      if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || api().rd_kafka_event_error_is_fatal(event) != 0) {
        fatal = error_of(code, "the Kafka cluster " + shown_, text);
      } else if (text != last_said_) {
        say(text);
        last_said_ = text;
      }
    }
    api().rd_kafka_event_destroy(event);
  }
  api().rd_kafka_queue_destroy(queue);
  if (fatal) throw std::move(*fatal);
}

}  // namespace weir::kafka
