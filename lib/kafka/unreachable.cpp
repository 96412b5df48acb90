#include "kafka/unreachable.h"

#include "kafka/errors.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

bool has(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

// OpenSSL's words for a peer that does not speak TLS at all.
bool is_no_tls(const std::string& text) {
  return has(text, "wrong version number") || has(text, "unexpected eof") ||
         has(text, "PLAINTEXT broker listener");
}

bool cannot_pass(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL;
}

// Without how long the client was in which of its states.
std::string tidied(std::string text) {
  const std::size_t from = text.rfind(" (after ");
  if (from != std::string::npos && text.find(" in state ", from) != std::string::npos) text.erase(from);
  return text;
}

}  // namespace

void Unreachable::note(rd_kafka_resp_err_t code, std::string text) {
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) all_down_ = true;
  // That all are down is no reason, and a broker that could not be reached is none beside one that refuses us.
  if (!why_.empty() && code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  if (cannot_pass(cause_) && !cannot_pass(code)) return;
  cause_ = code;
  why_ = tidied(std::move(text));
}

std::chrono::milliseconds Unreachable::patience() const {
  if (!all_down_) return kPatience;
  return cannot_pass(cause_) ? std::chrono::milliseconds{0} : kAllDown;
}

Error Unreachable::error(rd_kafka_resp_err_t code, const std::string& what, const std::string& said) const {
  if (why_.empty()) return error_of(code, what, said);
  if (cause_ == RD_KAFKA_RESP_ERR__SSL && is_no_tls(why_)) {
    return Error(Kind::network, what + ": no TLS is spoken there: " + why_)
        .hint("-b kafka://HOST:PORT, and no security.protocol=ssl, for a port without TLS");
  }
  Error error = error_of(cause_, what, why_);
  if (has(why_, "SSL listener")) {
    error.hint(
        "-b kafkas://HOST:PORT for a port with TLS; -F FILE with sasl.username=... for one with passwords");
  } else if (has(why_, "certificate")) {
    error.hint("-X ssl.ca.location=FILE names the certificates that are trusted");
  } else if (cause_ == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
    error.hint(
        "-F FILE, with sasl.username=..., sasl.password=... and sasl.mechanism=... as the cluster has them");
  }
  return error;
}

}  // namespace weir::kafka
