#include <doctest/doctest.h>

#include "base/error.h"
#include "bus/admin.h"
#include "bus/bus.h"
#include "support/temp_directory.h"

using namespace weir;
using bus::Mode;

namespace {

struct Office {
  weir::testing::TempDirectory parent;
  bus::Bus bus{base::real_sys(), base::system_clock(),
               bus::parse_where(base::real_sys(), parent.path() + "/data", "")};
  std::unique_ptr<bus::Admin> admin = bus.admin();
};

template <typename Work>
std::string code_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.code().empty() ? base::name(error.kind()) : error.code();
  }
  return "fine";
}

TEST_CASE("a topic is made with its settings, and told of") {
  Office office;
  office.admin->create_topic({.name = "orders", .partitions = 2, .configs = {{"retention.ms", "5"}}},
                             Mode::apply);
  REQUIRE(office.admin->topics().size() == 1);
  CHECK(office.admin->topics()[0].partitions == 2);
  const bus::TopicInfo topic = office.admin->topic("orders", bus::Admin::Look::counted);
  CHECK(topic.id.size() == 22);
  REQUIRE(topic.partitions.size() == 2);
  CHECK(topic.partitions[1].records == 0);
  CHECK_FALSE(topic.partitions[1].leader.has_value());
  for (const bus::ConfigEntry& config : office.admin->configs("orders")) {
    CHECK(config.is_default == (config.name != "retention.ms"));
    if (config.name == "retention.ms") CHECK(config.value == "5");
  }
}

TEST_CASE("topics are looked at in the order of their names, and one that is gone is left out") {
  Office office;
  for (const char* name : {"a", "b"})
    office.admin->create_topic({.name = name, .partitions = 2}, Mode::apply);
  const auto found = office.admin->topics_at_offsets({"b", "gone", "a"});
  REQUIRE(found.size() == 2);
  CHECK(found[0].summary.name == "b");
  CHECK(found[1].summary.name == "a");
  CHECK(found[1].partitions.size() == 2);
}

TEST_CASE("a dry run refuses what the change would refuse, and changes nothing") {
  Office office;
  bus::Admin& admin = *office.admin;
  CHECK(code_of([&] { admin.create_topic({.name = "a"}, Mode::dry_run); }) == "fine");
  CHECK(code_of([&] { admin.topics(); }) == "no_log");
  admin.create_topic({.name = "a.b"}, Mode::apply);
  for (const Mode mode : {Mode::dry_run, Mode::apply}) {
    CHECK(code_of([&] { admin.create_topic({.name = "a.b"}, mode); }) == "topic_exists");
    CHECK(code_of([&] { admin.create_topic({.name = "a_b"}, mode); }) == "usage");
    CHECK(code_of([&] { admin.create_topic({.name = "__x"}, mode); }) == "internal_topic");
    CHECK(code_of([&] { admin.create_topic({.name = "c", .partitions = 0}, mode); }) == "usage");
    CHECK(code_of([&] { admin.create_topic({.name = "c", .replicas = 2}, mode); }) == "bad_replicas");
    CHECK(code_of([&] {
            admin.create_topic({.name = "c", .configs = {{"x", "1"}}}, mode);
          }) == "bad_setting");
    CHECK(code_of([&] { admin.add_partitions("a.b", 0, mode); }) == "usage");
    CHECK(code_of([&] { admin.add_partitions("nothing", 2, mode); }) == "unknown_topic");
    CHECK(code_of([&] { admin.change_configs("a.b", {{"segment.bytes", "1"}}, mode); }) == "bad_setting");
  }
  admin.add_partitions("a.b", 3, Mode::dry_run);
  admin.change_configs("a.b", {{"retention.ms", "7"}}, Mode::dry_run);
  CHECK(admin.topics()[0].partitions == 1);
  admin.add_partitions("a.b", 3, Mode::apply);
  CHECK(admin.topics()[0].partitions == 3);
}

TEST_CASE("a group that is not there is made by its positions, and gone with the last of them") {
  Office office;
  bus::Admin& admin = *office.admin;
  admin.create_topic({.name = "a", .partitions = 2}, Mode::apply);
  admin.create_topic({.name = "b"}, Mode::apply);
  CHECK(admin.groups().empty());
  CHECK(code_of([&] { admin.group("g", bus::Admin::GroupLook::times); }) == "unknown_group");
  CHECK(code_of([&] { admin.set_positions("", {}, Mode::dry_run); }) == "bad_group_name");
  admin.set_positions("g", {{"a", {1}, {7}}, {"b", {0}, {0}}}, Mode::dry_run);
  CHECK(admin.groups().empty());
  admin.set_positions("g", {{"a", {1}, {7}}, {"b", {0}, {0}}}, Mode::apply);
  REQUIRE(admin.groups().size() == 1);
  CHECK(admin.groups()[0].topics == 2u);
  const bus::GroupInfo group = admin.group("g", bus::Admin::GroupLook::times);
  REQUIRE(group.positions.size() == 2);
  CHECK(group.positions[0].next == base::Offset{7});
  CHECK(group.positions[0].lag() == 0);  // above the end
  admin.delete_group("g", {"a"}, Mode::dry_run);
  CHECK(admin.groups()[0].topics == 2u);
  admin.delete_group("g", {"a"}, Mode::apply);
  CHECK(admin.groups()[0].topics == 1u);
  admin.delete_group("g", {}, Mode::apply);
  CHECK(admin.groups().empty());
  CHECK(code_of([&] { admin.delete_group("g", {}, Mode::apply); }) == "unknown_group");
}

TEST_CASE("no group keeps a position in a topic that was deleted") {
  Office office;
  bus::Admin& admin = *office.admin;
  admin.create_topic({.name = "a"}, Mode::apply);
  admin.create_topic({.name = "b"}, Mode::apply);
  for (const char* name : {"g", "h"})
    admin.set_positions(name, {{"a", {0}, {7}}, {"b", {0}, {3}}}, Mode::apply);
  admin.set_positions("only", {{"a", {0}, {7}}}, Mode::apply);
  CHECK(code_of([&] { admin.delete_topic("c", Mode::apply); }) == "unknown_topic");
  CHECK(code_of([&] { admin.delete_topic("__consumer_offsets", Mode::apply); }) == "internal_topic");
  admin.delete_topic("a", Mode::dry_run);
  CHECK(admin.groups().size() == 3);
  admin.delete_topic("a", Mode::apply);
  REQUIRE(admin.groups().size() == 2);
  for (const char* name : {"g", "h"}) {
    const bus::GroupInfo group = admin.group(name, bus::Admin::GroupLook::ends);
    REQUIRE(group.positions.size() == 1);
    CHECK(group.positions[0].topic == "b");
  }
}

TEST_CASE("a point is resolved in every partition, and kept to what is there") {
  Office office;
  office.admin->create_topic({.name = "a", .partitions = 2}, Mode::apply);
  const auto resolved = office.admin->resolve("a", {log::Point::Kind::offset, 5});
  REQUIRE(resolved.size() == 2);
  for (const bus::NewPosition& each : resolved) CHECK(each.next == base::Offset{0});
  CHECK(code_of([&] { office.admin->resolve("b", {}); }) == "unknown_topic");
}

}  // namespace
