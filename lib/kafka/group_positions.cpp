#include "kafka/group_positions.h"

#include <thread>

#include "base/error.h"
#include "kafka/errors.h"
#include "kafka/partition_list.h"
#include "kafka/wake.h"

namespace weir::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRetryPause{50};

int left_until(Clock::time_point until) {
  const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now()).count();
  return left > 0 ? static_cast<int>(left) : 0;
}

bool is_refusal(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
}

// We are not, or no longer, the member that these partitions were given to.
bool is_too_late(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
         code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID || code == RD_KAFKA_RESP_ERR__FATAL;
}

}  // namespace

GroupPositions::GroupPositions(Client& client, const JoinWatch& watch, std::string group,
                               milliseconds patience)
    : client_(client),
      watch_(watch),
      group_(std::move(group)),
      patience_(patience),
      answers_(api().rd_kafka_queue_new(client.get())) {}

GroupPositions::~GroupPositions() {
  Wake::forget(answers_);
  api().rd_kafka_queue_destroy(answers_);
}

std::vector<std::optional<base::Offset>> GroupPositions::stored(
    const std::vector<log::TopicPartition>& partitions, const std::function<void()>& meanwhile) {
  gone_.clear();  // one of that name may be made anew
  std::vector<std::optional<base::Offset>> all(partitions.size());
  if (partitions.empty()) return all;
  const PartitionList list = new_list(partitions.size());
  for (const log::TopicPartition& each : partitions) add(list, each);
  const std::string what = "cannot read the positions of group '" + group_ + "'";
  const auto begun = Clock::now(), until = begun + patience_;
  for (int slice = static_cast<int>(Client::kSlice.count());;) {
    const auto code = api().rd_kafka_committed(client_.get(), list.get(), std::min(slice, left_until(until)));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    const bool passes = is_passing(code) || error_of(code, what).code() == kNoCoordinator;
    if (!passes) throw error_of(code, what);
    // Why there is no coordinator for us, and never will be, may be among the client's events.
    meanwhile();
    if (!client_.worth_waiting(begun) || left_until(until) == 0)
      throw error_of(code, what + ": its coordinator cannot be reached in " + client_.shown());
    if (code == RD_KAFKA_RESP_ERR__TIMED_OUT) slice *= 2;
    std::this_thread::sleep_for(kRetryPause);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const rd_kafka_topic_partition_t& found = list->elems[i];
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) throw error_of(found.err, what);
    if (found.offset >= 0) all[i] = base::Offset{found.offset};
  }
  return all;
}

void GroupPositions::note(const log::TopicPartition& partition, base::Offset next) {
  noted_[partition] = next;
}

void GroupPositions::forget(const log::TopicPartition& partition) {
  noted_.erase(partition);
  on_its_way_.erase(partition);
}

void GroupPositions::store() {
  if (noted_.empty() || !on_its_way_.empty() || watch_.joining()) return;
  const PartitionList list = new_list(noted_.size());
  for (const auto& [partition, next] : noted_) add(list, partition).offset = next.value;
  const auto code = api().rd_kafka_commit_queue(client_.get(), list.get(), answers_, nullptr, nullptr);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw error_of(code, "cannot store positions");
  on_its_way_.swap(noted_);
}

void GroupPositions::collect() {
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(answers_, 0)) take(event);
}

bool GroupPositions::is_gone(const std::string& topic) {
  if (gone_.contains(topic)) return true;
  if (!client_.is_gone(topic)) return false;
  gone_.insert(topic);
  return true;
}

void GroupPositions::take(rd_kafka_event_t* event) {
  const bool answer = api().rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT;
  const auto* const list = answer ? api().rd_kafka_event_topic_partition_list(event) : nullptr;
  auto whole = api().rd_kafka_event_error(event);
  // That of one topic's partitions, and said of each of them as well.
  if (list != nullptr && is_about_the_topic(whole)) whole = RD_KAFKA_RESP_ERR_NO_ERROR;
  auto worst = whole;
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& each = list->elems[i];
    const auto code = whole != RD_KAFKA_RESP_ERR_NO_ERROR ? whole : each.err;
    const auto sent = on_its_way_.extract({each.topic, {each.partition}});
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET) continue;
    // With a topic go the positions in it.
    if (is_about_the_topic(code) && is_gone(each.topic)) continue;
    worst = code;
    // Once more with the next request, unless something newer has been noted, or it was forgotten.
    if (!sent.empty()) noted_.try_emplace(sent.key(), sent.mapped());
  }
  if (answer) on_its_way_.clear();
  api().rd_kafka_event_destroy(event);
  if (worst == RD_KAFKA_RESP_ERR_NO_ERROR || worst == RD_KAFKA_RESP_ERR__NO_OFFSET) return trouble_.clear();
  trouble_ = api().rd_kafka_err2str(worst);
  if (is_refusal(worst)) throw error_of(worst, "cannot store the position of group '" + group_ + "'");
  if (is_too_late(worst)) noted_.clear();
}

bool GroupPositions::store_all(milliseconds patience) {
  const auto until = Clock::now() + patience;
  trouble_.clear();
  for (;;) {
    store();
    if (on_its_way_.empty() && noted_.empty()) return trouble_.empty();
    // Refused for the moment, or not handed over yet: then the coordinator is not asked again without a breath.
    const bool asked = !on_its_way_.empty();
    const int wait = asked ? left_until(until) : std::min<int>(kRetryPause.count(), left_until(until));
    if (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(answers_, wait)) {
      take(event);
    } else if (left_until(until) == 0) {
      if (trouble_.empty()) trouble_ = "no answer from the coordinator";
      return false;
    }
    if (asked && !noted_.empty()) std::this_thread::sleep_for(kRetryPause);
  }
}

}  // namespace weir::kafka
