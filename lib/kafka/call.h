// One question to a cluster through librdkafka's admin calls, waited for.
//
// Errors   throws Error as error_of(): for the whole question here; what a result says of single topics is the caller's.
// Threads  one.
#pragma once

#include <functional>
#include <memory>
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

}  // namespace weir::kafka
