// Why no broker of a cluster can be reached: what a client said about brokers while somebody waited for the first answer, and
// how long it is worth waiting for more.
// Threads  one.
#pragma once

#include <chrono>
#include <string>

#include "base/error.h"
#include "kafka/api.h"

namespace weir::kafka {

class Unreachable {
 public:
  // For a cluster that says nothing at all.
  static constexpr std::chrono::milliseconds kPatience{10'000};
  // Every broker refuses, or has no address: one that is just starting is there by then.
  static constexpr std::chrono::milliseconds kAllDown{3'000};

  // What the client said, as an error event.
  void note(rd_kafka_resp_err_t code, std::string text);
  // Passwords and certificates do not get better.
  std::chrono::milliseconds patience() const;
  // `what` is the beginning of a sentence; `code` and `said` count when the client said nothing.
  base::Error error(rd_kafka_resp_err_t code, const std::string& what, const std::string& said = "") const;

 private:
  rd_kafka_resp_err_t cause_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string why_;
  bool all_down_ = false;
};

}  // namespace weir::kafka
