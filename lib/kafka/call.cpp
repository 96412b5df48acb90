#include "kafka/call.h"

#include "base/error.h"

namespace weir::kafka {
namespace {

constexpr int kAnswerWithinMs = 15'000;
constexpr std::size_t kErrorBytes = 512;

struct Options {
  rd_kafka_AdminOptions_t* get;
  ~Options() { api().rd_kafka_AdminOptions_destroy(get); }
};
struct Queue {
  rd_kafka_queue_t* get;
  ~Queue() { api().rd_kafka_queue_destroy(get); }
};

}  // namespace

Event call(Client& client, rd_kafka_admin_op_t op, Judge judge, const std::string& what,
           const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& ask) {
  const Options options{api().rd_kafka_AdminOptions_new(client.get(), op)};
  char why[kErrorBytes];
  api().rd_kafka_AdminOptions_set_request_timeout(options.get, kAnswerWithinMs, why, sizeof why);
  if (judge == Judge::only_judge)
    api().rd_kafka_AdminOptions_set_validate_only(options.get, 1, why, sizeof why);
  const Queue answers{api().rd_kafka_queue_new(client.get())};
  ask(options.get, answers.get);
  // The client gives up by itself: this ends.
  const auto begun = std::chrono::steady_clock::now();
  Event event;
  while (event == nullptr) {
    event.reset(api().rd_kafka_queue_poll(answers.get, static_cast<int>(Client::kSlice.count())));
    if (event == nullptr && !client.worth_waiting(begun)) client.fail(RD_KAFKA_RESP_ERR__TRANSPORT, what);
  }
  const auto code = api().rd_kafka_event_error(event.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
  const char* const said = api().rd_kafka_event_error_string(event.get());
  client.fail(code, what, said == nullptr ? "" : said);
}

}  // namespace weir::kafka
