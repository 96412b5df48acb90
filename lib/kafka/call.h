// One question to a cluster through librdkafka's admin calls, waited for.
//
// Errors   throws Error as Client::fail(): for the whole question here; what a result says of single topics is the caller's.
// Threads  one.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "kafka/client.h"

namespace weir::kafka {

struct FreeEvent {
  void operator()(rd_kafka_event_t* event) const { api().rd_kafka_event_destroy(event); }
};
using Event = std::unique_ptr<rd_kafka_event_t, FreeEvent>;

enum class Judge { do_it, only_judge };  // only_judge: validated by the broker, and nothing changed

// `ask` hands the question over. `what`: the beginning of a sentence for when it fails: "cannot make topic 'a'".
Event call(Client& client, rd_kafka_admin_op_t op, Judge judge, const std::string& what,
           const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& ask);

// One of librdkafka's objects, with the call that frees it: Owned<rd_kafka_NewTopic_t>(made, api().rd_kafka_NewTopic_destroy).
template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

// The same for the calls that take an array of things to do: `one` is the only one.
template <typename Ask, typename One>
Event call_for(Client& client, rd_kafka_admin_op_t op, Judge judge, const std::string& what, Ask ask,
               One one) {
  return call(client, op, judge, what,
              [&](const auto* options, auto* queue) { ask(client.get(), &one, 1, options, queue); });
}

// What an answer says of each thing that was asked for: `result_of` the event, and `list` of that. They live as the event.
template <typename ResultOf, typename List>
auto results(const Event& event, ResultOf result_of, List list) {
  std::size_t count = 0;
  const auto all = list(result_of(event.get()), &count);
  return std::span(all, count);
}

}  // namespace weir::kafka
