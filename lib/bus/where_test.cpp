#include "bus/where.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/error.h"

using namespace weir;
using bus::parse_where;
using bus::Where;

namespace {

std::string refusal(std::string_view typed, std::string_view environment = {}) {
  try {
    parse_where(base::real_sys(), typed, environment);
    return "accepted";
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    return std::string(error.what()) + " | " + error.hint();
  }
}

}  // namespace

TEST_CASE("without anything typed the bus is $WEIR_BUS, then ./weir-data") {
  CHECK(parse_where(base::real_sys(), "", "").directory == "./weir-data");
  CHECK(parse_where(base::real_sys(), "", "/srv/log").directory == "/srv/log");
  CHECK(parse_where(base::real_sys(), "./mine", "/srv/log").directory == "./mine");
}

TEST_CASE("a word with a slash is a directory, whether it is there or not") {
  for (const char* path : {"./new", "a/b", "/tmp", "dir:9092/", "./localhost:9092"}) {
    CAPTURE(path);
    CHECK(parse_where(base::real_sys(), path, "").kind == Where::Kind::directory);
  }
}

TEST_CASE("a directory that is there wins over what its name looks like") {
  char folder[] = "/tmp/weir-where-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  REQUIRE(chdir(folder) == 0);
  REQUIRE(std::system("mkdir host:9092 plain") == 0);
  CHECK(parse_where(base::real_sys(), "host:9092", "").kind == Where::Kind::directory);
  CHECK(parse_where(base::real_sys(), "plain", "").kind == Where::Kind::directory);
  REQUIRE(chdir("/") == 0);
  REQUIRE(std::system(("rm -r " + std::string(folder)).c_str()) == 0);
}

TEST_CASE("brokers are a Kafka cluster") {
  const Where one = parse_where(base::real_sys(), "localhost:9092", "");
  CHECK(one.kind == Where::Kind::kafka);
  CHECK(one.brokers == std::vector<std::string>{"localhost:9092"});
  CHECK(!one.tls);
  CHECK(parse_where(base::real_sys(), "a:1,b:65535", "").brokers ==
        std::vector<std::string>{"a:1", "b:65535"});
  CHECK(parse_where(base::real_sys(), "kafka://a,b:1", "").brokers ==
        std::vector<std::string>{"a:9092", "b:1"});
  CHECK(parse_where(base::real_sys(), "kafkas://a:1/", "").tls);
  CHECK(parse_where(base::real_sys(), "[::1]:9092", "").brokers == std::vector<std::string>{"[::1]:9092"});
}

TEST_CASE("a password that stands before a host is refused and not repeated") {
  for (const char* bad : {"kafka://me:secret@host:9092", "kafkas://me:secret@host", "me:secret@host:9092"}) {
    CAPTURE(bad);
    CHECK(refusal(bad) ==
          "a bus names neither user nor password, which everybody on the machine could read | "
          "-F FILE with sasl.username=... and sasl.password=...");
  }
}

TEST_CASE("a word that may mean either is refused with both spellings") {
  CHECK(refusal("localhost") ==
        "-b localhost is neither a directory that is there nor HOST:PORT | "
        "-b ./localhost for a new directory, -b localhost:9092 for a Kafka cluster");
  CHECK(refusal("", "prod").starts_with("WEIR_BUS=prod is neither"));
  CHECK(refusal("host:99999").ends_with("-b host:9092 for a Kafka cluster"));
  CHECK(refusal(":9092").ends_with("-b localhost:9092 for a Kafka cluster"));
  for (const char* bad : {"a:", "a:0", "a:65536", "a:x", ":9092", "a:1,b", "a:1,", "::1:9092", "kafka://",
                          "kafka://a:b", "kafkas://a:1,,b:2"}) {
    CAPTURE(bad);
    CHECK(refusal(bad) != "accepted");
  }
}
