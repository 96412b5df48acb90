#include "log/topic_name.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace weir;
using namespace weir::log;

TEST_CASE("a topic name is 1 to 249 of Kafka's characters") {
  CHECK(topic_name_fault("a").empty());
  CHECK(topic_name_fault("Orders.v2_raw-eu").empty());
  CHECK(topic_name_fault(std::string(249, 'x')).empty());
  CHECK(!topic_name_fault(std::string(250, 'x')).empty());
  for (const char* bad :
       {"", ".", "..", "a/b", "../x", "a b", "a\n", "a%2fb", "\xc3\xa4", "-x", "a:1", "~", "*"}) {
    CAPTURE(bad);
    CHECK(!topic_name_fault(bad).empty());
  }
  CHECK(!topic_name_fault(std::string_view("a\0b", 3)).empty());
}

TEST_CASE("every byte that is not one of Kafka's characters is refused, wherever it stands") {
  const std::string good = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    CAPTURE(byte);
    const bool fine = good.find(c) != std::string::npos;
    CHECK(topic_name_fault(std::string("a") + c + "b").empty() == fine);
    CHECK(topic_name_fault(std::string("ab") + c).empty() == fine);
  }
}

TEST_CASE("a bad topic name is a usage error that shows no control characters") {
  try {
    check_topic_name("a\x1b[31m/b");
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    CHECK(std::string(error.what()) == "topic name 'a?[31m/b' may hold only A-Z a-z 0-9 . _ -");
    CHECK(!error.hint().empty());
  }
}

TEST_CASE("names that differ in dot and underscore alone collide") {
  CHECK(topic_names_collide("a.b", "a_b"));
  CHECK(topic_names_collide("a.b_c", "a_b.c"));
  CHECK(!topic_names_collide("a.b", "a.b"));
  CHECK(!topic_names_collide("a.b", "a-b"));
  CHECK(!topic_names_collide("a.b", "a_bc"));
}

TEST_CASE("a partition's folder is named from its last dash") {
  CHECK(folder_name("orders", base::Partition{12}) == "orders-12");
  const auto found = parse_folder_name("my-topic-12");
  REQUIRE(found);
  CHECK(found->topic == "my-topic");
  CHECK(found->partition == base::Partition{12});
  CHECK(parse_folder_name("a--1")->topic == "a-");
}

TEST_CASE("what else a Kafka log directory holds is no partition") {
  for (const char* other : {"orders",
                            "orders-",
                            "-0",
                            "orders-01",
                            "orders-x",
                            "orders-1x",
                            "orders-0.1a2b3c-delete",
                            "orders-0.1a2b3c-future",
                            "orders-0-stray",
                            "orders-0.1a2b-stray",
                            "__cluster_metadata-0",
                            "meta.properties",
                            "recovery-point-offset-checkpoint",
                            ".lock",
                            "topic-configs",
                            "resume-x",
                            "a b-0",
                            "orders-9999999999",
                            "..-0",
                            "producer-ids"}) {
    CAPTURE(other);
    CHECK(!parse_folder_name(other));
  }
  CHECK(parse_folder_name("__consumer_offsets-49")->partition == base::Partition{49});
}

TEST_CASE("a path operand takes its topic from the folder's name") {
  const auto is = [](std::string_view path, const char* topic, int partition) {
    CAPTURE(path);
    const TopicPartition found = name_of_path(path);
    CHECK(found.topic == topic);
    CHECK(found.partition.value == partition);
  };
  is("/x/orders-3", "orders", 3);
  is("/x/orders-3/", "orders", 3);
  is("/x/orders-3//", "orders", 3);
  is("/x/orders-3/00000000000000000000.log", "orders", 3);
  is("/x/backup", "backup", 0);
  is("/x/backup/00000000000000000000.log", "backup", 0);
  is("orders-3/", "orders", 3);
}
