#include "kafka/unreachable.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::kafka;
using namespace std::chrono_literals;

namespace {

Unreachable after(std::initializer_list<std::pair<rd_kafka_resp_err_t, const char*>> said) {
  Unreachable why;
  for (const auto& [code, text] : said) why.note(code, text);
  return why;
}

constexpr auto kDown = std::pair(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
constexpr auto kRefused = std::pair(
    RD_KAFKA_RESP_ERR__TRANSPORT,
    "a:1/bootstrap: Connection refused (after 0ms in state CONNECT, 1 identical error(s) suppressed)");
constexpr auto kPassword =
    std::pair(RD_KAFKA_RESP_ERR__AUTHENTICATION, "a:1/bootstrap: Authentication failed");

base::Error error(const Unreachable& why) {
  return why.error(RD_KAFKA_RESP_ERR__TRANSPORT, "cannot reach it");
}

}  // namespace

TEST_CASE("a cluster is waited for as long as it may get better") {
  CHECK(Unreachable().patience() == 10s);
  CHECK(after({kRefused}).patience() == 10s);  // another broker may answer yet
  CHECK(after({kRefused, kDown}).patience() == 3s);
  CHECK(after({kPassword}).patience() == 10s);
  CHECK(after({kPassword, kDown}).patience() == 0s);
  CHECK(after({kDown, kPassword}).patience() == 0s);
}

TEST_CASE("the reason is told without the client's own states, and one that cannot pass before others") {
  CHECK(std::string(error(after({kRefused, kDown})).what()) ==
        "cannot reach it: a:1/bootstrap: Connection refused");
  const base::Error refused = error(after({kPassword, kRefused, kDown}));
  CHECK(refused.kind() == base::Kind::auth);
  CHECK(refused.hint().starts_with("-F FILE, with sasl.username=..."));
}

TEST_CASE("a port that speaks otherwise is told with what to type") {
  const auto hint = [](rd_kafka_resp_err_t code, const char* text) {
    return error(after({{code, text}})).hint();
  };
  CHECK(hint(RD_KAFKA_RESP_ERR__TRANSPORT, "Disconnected (connecting to a SSL listener?)")
            .starts_with("-b kafkas://HOST:PORT"));
  CHECK(hint(RD_KAFKA_RESP_ERR__SSL, "certificate verify failed").starts_with("-X ssl.ca.location=FILE"));
  CHECK(
      hint(RD_KAFKA_RESP_ERR__SSL, "SSL routines::wrong version number").starts_with("-b kafka://HOST:PORT"));
  const base::Error no_tls = error(after({{RD_KAFKA_RESP_ERR__SSL, "unexpected eof while reading"}}));
  CHECK(no_tls.kind() == base::Kind::network);
}
