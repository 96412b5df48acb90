// What a client reports, as the Error it is for the user.
//
// Errors   none is thrown: they are what is made here.
// Threads  any: functions of their arguments.
#pragma once

#include <string>

#include "base/error.h"
#include "kafka/api.h"

namespace weir::kafka {

// `what` is the beginning of a sentence: "cannot read topic 'orders'"; `why` replaces the client's words for the code.
base::Error error_of(rd_kafka_resp_err_t code, const std::string& what, const std::string& why = {});

// The code of an error that says: no broker looks after this group yet, or any more.
inline constexpr const char* kNoCoordinator = "no_coordinator";

// The cluster does not know the topic, or not that partition of it.
bool is_about_the_topic(rd_kafka_resp_err_t code);

// Passes by itself, and the client goes on trying: a lost connection, a leader that moves.
bool is_passing(rd_kafka_resp_err_t code);

}  // namespace weir::kafka
