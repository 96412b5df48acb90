#include "kafka/join_watch.h"

namespace weir::kafka {
namespace {

constexpr std::int16_t kJoinGroup = 11, kHeartbeat = 12;  // as Kafka's protocol numbers its requests

JoinWatch* watch_of(void* self) {
  return static_cast<JoinWatch*>(self);
}

}  // namespace

void JoinWatch::watch(rd_kafka_conf_t* conf) {
  api().rd_kafka_conf_interceptor_add_on_new(conf, "weir", on_new, this);
}

rd_kafka_resp_err_t JoinWatch::on_new(rd_kafka_t* client, const rd_kafka_conf_t*, void* self, char*,
                                      std::size_t) {
  api().rd_kafka_interceptor_add_on_request_sent(client, "weir", on_sent, self);
  api().rd_kafka_interceptor_add_on_response_received(client, "weir", on_answer, self);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t JoinWatch::on_sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t call,
                                       std::int16_t, std::int32_t number, std::size_t, void* self) {
  if (call == kJoinGroup) watch_of(self)->under_way_ = number;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// A heartbeat is not sent while a request to join waits: its answer ends one whose connection was lost.
rd_kafka_resp_err_t JoinWatch::on_answer(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t call,
                                         std::int16_t, std::int32_t number, std::size_t, std::int64_t,
                                         rd_kafka_resp_err_t, void* self) {
  std::int32_t expected = number;
  if (call == kJoinGroup) watch_of(self)->under_way_.compare_exchange_strong(expected, kNone);
  if (call == kHeartbeat) watch_of(self)->under_way_ = kNone;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace weir::kafka
