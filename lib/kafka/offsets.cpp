#include "kafka/offsets.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "kafka/errors.h"
#include "kafka/partition_list.h"

namespace weir::kafka {
namespace {

using std::chrono::milliseconds;

struct Answer {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::vector<std::int64_t> offsets;  // below 0: there is no such offset
};

// Of each a time in ms, or one of the protocol's words for start and end.
using Times = std::vector<std::int64_t>;

Answer ask_once(const Client& client, const std::vector<log::TopicPartition>& of, const Times& times,
                milliseconds patience) {
  Answer answer;
  const PartitionList list = new_list(of.size());
  for (std::size_t i = 0; i < of.size(); ++i) add(list, of[i]).offset = times[i];
  answer.code =
      api().rd_kafka_offsets_for_times(client.get(), list.get(), static_cast<int>(patience.count()));
  for (int i = 0; i < list->cnt && answer.code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    answer.code = list->elems[i].err;
    answer.offsets.push_back(list->elems[i].offset);
  }
  return answer;
}

std::string shown(const std::vector<log::TopicPartition>& of) {
  const std::string first = log::folder_name(of.front().topic, of.front().partition);
  return of.size() == 1 ? first : first + " and " + std::to_string(of.size() - 1) + " more partitions";
}

std::vector<std::int64_t> ask(Client& client, const std::vector<log::TopicPartition>& of, const Times& times,
                              const char* what) {
  if (of.empty()) return {};
  Answer answer;
  const auto code = client.ask(
      [&](milliseconds patience) { return (answer = ask_once(client, of, times, patience)).code; });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) client.fail(code, what + shown(of) + " in " + client.shown());
  return std::move(answer.offsets);
}

std::size_t erase_gone(Client& client, std::vector<log::TopicPartition>* of) {
  std::set<std::string> there;
  for (const TopicMetadata& each : client.topics()) there.insert(each.name);
  return std::erase_if(*of, [&](const log::TopicPartition& each) { return !there.contains(each.topic); });
}

std::vector<log::Extent> extents(const std::vector<std::int64_t>& starts,
                                 const std::vector<std::int64_t>& ends) {
  std::vector<log::Extent> all;
  // Retention may move a start between the two questions.
  for (std::size_t i = 0; i < starts.size(); ++i)
    all.push_back({base::Offset{starts[i]}, base::Offset{std::max(starts[i], ends[i])}});
  return all;
}

}  // namespace

std::optional<std::vector<log::Extent>> find_extents(const Client& client,
                                                     const std::vector<log::TopicPartition>& of,
                                                     milliseconds patience) {
  const Answer starts = ask_once(client, of, Times(of.size(), RD_KAFKA_OFFSET_BEGINNING), patience);
  if (starts.code != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const Answer ends = ask_once(client, of, Times(of.size(), RD_KAFKA_OFFSET_END), patience);
  if (ends.code != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  return extents(starts.offsets, ends.offsets);
}

std::vector<log::Extent> extents_of(Client& client, const std::vector<log::TopicPartition>& of) {
  constexpr const char* kWhat = "cannot ask for the ends of ";
  const std::vector<std::int64_t> starts =
      ask(client, of, Times(of.size(), RD_KAFKA_OFFSET_BEGINNING), kWhat);
  return extents(starts, ask(client, of, Times(of.size(), RD_KAFKA_OFFSET_END), kWhat));
}

std::vector<std::optional<log::Extent>> extents_there(Client& client,
                                                      const std::vector<log::TopicPartition>& of) {
  std::vector<log::TopicPartition> left = of;
  std::vector<log::Extent> found;
  for (bool answered = false; !answered;) {
    try {
      found = extents_of(client, left);
      answered = true;
    } catch (const base::Error&) {
      // One that is gone is an error of the whole question, which does not say which it is.
      if (erase_gone(client, &left) == 0) throw;
    }
  }
  std::vector<std::optional<log::Extent>> all;
  for (std::size_t i = 0; const log::TopicPartition& each : of) {
    const bool there = i < left.size() && left[i] == each;
    all.push_back(there ? std::optional(found[i++]) : std::nullopt);
  }
  return all;
}

std::vector<base::Offset> offsets_at_each(Client& client, const std::vector<log::TopicPartition>& of,
                                          const std::vector<log::Extent>& extents,
                                          const std::vector<base::EventTime>& times) {
  Times asked;
  // Below 0 are the protocol's words for start and end, not times.
  for (const base::EventTime time : times) asked.push_back(std::max<std::int64_t>(0, time.ms));
  const std::vector<std::int64_t> found = ask(client, of, asked, "cannot look for a time in ");
  std::vector<base::Offset> all;
  for (std::size_t i = 0; i < of.size(); ++i)
    all.push_back(found[i] < 0 ? extents[i].end : base::Offset{found[i]});
  return all;
}

std::vector<base::Offset> offsets_at(Client& client, const std::vector<log::TopicPartition>& of,
                                     const std::vector<log::Extent>& extents, base::EventTime time) {
  return offsets_at_each(client, of, extents, std::vector<base::EventTime>(of.size(), time));
}

}  // namespace weir::kafka
