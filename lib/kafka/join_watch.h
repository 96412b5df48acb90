// Whether a member's request to join its group is under way.
//
// A coordinator answers the requests of one connection in their order, and one to join only once all members have come or
// have been given up. A position that is handed over behind it is judged after it, as one of a generation that is past;
// librdkafka then takes all partitions for lost. So whoever stores positions waits meanwhile.
//
// Threads  librdkafka's write, any thread reads. Life  as long as the client's, which may be as long as the process's.
#pragma once

#include <atomic>
#include <cstdint>

#include "kafka/api.h"

namespace weir::kafka {

class JoinWatch {
 public:
  void watch(rd_kafka_conf_t* conf);  // a client that is to be made

  bool joining() const { return under_way_ != kNone; }

 private:
  static constexpr std::int32_t kNone = -1;
  static rd_kafka_resp_err_t on_new(rd_kafka_t* client, const rd_kafka_conf_t*, void* self, char*,
                                    std::size_t);
  static rd_kafka_resp_err_t on_sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t call,
                                     std::int16_t, std::int32_t number, std::size_t, void* self);
  static rd_kafka_resp_err_t on_answer(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t call,
                                       std::int16_t, std::int32_t number, std::size_t, std::int64_t,
                                       rd_kafka_resp_err_t, void* self);

  std::atomic<std::int32_t> under_way_{kNone};  // the request's number
};

}  // namespace weir::kafka
