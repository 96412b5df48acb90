#include "coord/membership.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <random>
#include <set>

#include "base/error.h"
#include "coord/coord_test_words.h"

namespace weir::coord {
namespace {

using log::TopicPartition;
using testing::TempDirectory;

std::vector<TopicPartition> topic(const std::string& name, int partitions) {
  std::vector<TopicPartition> all;
  for (int i = 0; i < partitions; ++i) all.push_back({name, {i}});
  return all;
}

using Members = std::vector<std::unique_ptr<Membership>>;

// Reviews all members until nothing changes, letting go of what is too much.
void settle(Members& members) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& member : members) {
      const auto change = member->review();
      member->release(change.surplus);
      changed = changed || !change.gained.empty() || !change.surplus.empty();
    }
  }
}

std::size_t held_by_all(const Members& members) {
  std::set<TopicPartition> held;
  std::size_t count = 0;
  for (const auto& member : members) {
    held.insert(member->held().begin(), member->held().end());
    count += member->held().size();
  }
  CHECK(held.size() == count);  // no partition twice
  return count;
}

bool readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1;
}

TEST_CASE("one member gets everything, with one review") {
  const TempDirectory directory;
  Membership alone(directory.path, "g", "t", topic("t", 5));
  CHECK(alone.held().empty());
  CHECK(alone.review().gained.size() == 5);
  CHECK(alone.has_share());
  CHECK(alone.review().gained.empty());
}

TEST_CASE("members share evenly, whoever comes and goes") {
  const TempDirectory directory;
  for (const int partitions : {1, 2, 3, 7, 12}) {
    Members members;
    for (int count = 1; count <= 5; ++count) {
      members.push_back(std::make_unique<Membership>(directory.path, "g", "t", topic("t", partitions)));
      settle(members);
      CAPTURE(partitions);
      CAPTURE(count);
      CHECK(held_by_all(members) == static_cast<std::size_t>(partitions));
      for (const auto& member : members) {
        CHECK(member->members() == static_cast<std::size_t>(count));
        CHECK(member->held().size() >= static_cast<std::size_t>(partitions / count));
        CHECK(member->held().size() <= static_cast<std::size_t>((partitions + count - 1) / count));
      }
    }
    while (members.size() > 1) {
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(members.size() / 2));
      settle(members);
      CHECK(held_by_all(members) == static_cast<std::size_t>(partitions));
    }
  }
}

TEST_CASE("a member that gives up a part keeps the rest") {
  const TempDirectory directory;
  Membership first(directory.path, "g", "t", topic("t", 4));
  first.review();
  const std::vector<TopicPartition> before = first.held();
  Membership second(directory.path, "g", "t", topic("t", 4));
  CHECK(second.review().gained.empty());  // all are held
  const auto change = first.review();
  CHECK(change.surplus == std::vector<TopicPartition>(before.begin() + 2, before.end()));
  CHECK(first.held() == before);  // until it has committed
  CHECK(second.review().gained.empty());
  first.release(change.surplus);
  CHECK(first.held() == std::vector<TopicPartition>(before.begin(), before.begin() + 2));
  CHECK(second.review().gained.size() == 2);
}

TEST_CASE(
    "groups do not know of each other, and members of one group that read other topics share only what both "
    "read") {
  const TempDirectory directory;
  Membership one(directory.path, "a", "t", topic("t", 3));
  Membership other(directory.path, "b", "t", topic("t", 3));
  CHECK(one.review().gained.size() == 3);
  CHECK(other.review().gained.size() == 3);
  CHECK(one.members() == 1);

  std::vector<TopicPartition> both = topic("t", 3);
  both.push_back({"u", {0}});
  Membership wider(directory.path, "a", "t,u", both);
  CHECK(wider.review().gained == std::vector<TopicPartition>{{"u", {0}}});
  one.release(one.held());
  CHECK(wider.review().gained.size() == 3);
}

TEST_CASE("members hear when somebody joins, lets go or leaves") {
  const TempDirectory directory;
  Membership first(directory.path, "g", "t", topic("t", 2));
  REQUIRE(first.wait_fd() >= 0);
  first.review();
  CHECK_FALSE(readable(first.wait_fd()));
  auto second = std::make_unique<Membership>(directory.path, "g", "t", topic("t", 2));
  CHECK(readable(first.wait_fd()));
  second->review();
  const auto change = first.review();
  CHECK_FALSE(readable(second->wait_fd()));
  first.release(change.surplus);
  CHECK(readable(second->wait_fd()));
  CHECK(second->review().gained.size() == 1);
  first.review();
  second.reset();
  CHECK(readable(first.wait_fd()));
  CHECK(first.review().gained.size() == 1);
  CHECK(first.review_in() <= std::chrono::milliseconds(10));  // somebody closed the file
}

TEST_CASE("new partitions of a topic are shared like the others") {
  const TempDirectory directory;
  Members members;
  for (int i = 0; i < 2; ++i)
    members.push_back(std::make_unique<Membership>(directory.path, "g", "t", topic("t", 2)));
  settle(members);
  for (const auto& member : members) member->set_partitions(topic("t", 6));
  settle(members);
  CHECK(held_by_all(members) == 6);
  for (const auto& member : members) CHECK(member->held().size() == 3);
}

TEST_CASE("a member killed with -9 is gone, and its partitions are free") {
  const TempDirectory directory;
  Membership survivor(directory.path, "g", "t", topic("t", 4));
  for (int round = 0; round < 20; ++round) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Membership doomed(directory.path, "g", "t", topic("t", 4));
      doomed.review();
      if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char byte;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    survivor.release(survivor.review().surplus);
    CHECK(survivor.members() == 2);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK(readable(survivor.wait_fd()));
    survivor.review();
    CHECK(survivor.members() == 1);
    CHECK(survivor.held().size() == 4);
    ::close(ready[0]);
    ::close(ready[1]);
  }
}

TEST_CASE("in any order of joining, reviewing, letting go and leaving no partition has two holders") {
  const TempDirectory directory;
  std::mt19937_64 random(17);
  Members members;
  for (int step = 0; step < 5000; ++step) {
    const std::size_t at = members.empty() ? 0 : random() % members.size();
    switch (random() % 10) {
      case 0:
        if (members.size() < 8)
          members.push_back(std::make_unique<Membership>(directory.path, "g", "t", topic("t", 9)));
        break;
      case 1:
        if (!members.empty()) members.erase(members.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      default:
        if (!members.empty()) members[at]->release(members[at]->review().surplus);
    }
    if (step % 50 == 0) CHECK(held_by_all(members) <= 9);
  }
  if (members.empty())
    members.push_back(std::make_unique<Membership>(directory.path, "g", "t", topic("t", 9)));
  settle(members);
  CHECK(held_by_all(members) == 9);
}

TEST_CASE("any group name makes a file name of its own") {
  CHECK(member_file_name("orders-1") == "group-orders-1");
  CHECK(member_file_name("../x") == "group-..%2Fx");
  CHECK(member_file_name("a/b") != member_file_name("a%2Fb"));
  const std::string long_name(5000, 'x');
  CHECK(member_file_name(long_name).size() < 255);
  CHECK(member_file_name(long_name) != member_file_name(long_name + "y"));
}

TEST_CASE("a directory that is not there is an error that names it") {
  try {
    Membership nowhere("/no/such/place", "g", "t", topic("t", 1));
    FAIL("it joined");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::io);
    CHECK(std::string(error.what()).find("/no/such/place/group-g") != std::string::npos);
  }
}

TEST_CASE(
    "from outside it shows how many members there are and what they hold, and looking changes nothing") {
  const TempDirectory directory;
  CHECK(presence(directory.path, "g", topic("t", 3)).members == 0);
  CHECK(!std::filesystem::exists(directory.path + "/group-g"));
  Members members;
  members.push_back(std::make_unique<Membership>(directory.path, "g", "t", topic("t", 2)));
  members.push_back(std::make_unique<Membership>(directory.path, "g", "other topics", topic("u", 1)));
  members[0]->review();
  const Presence seen = presence(directory.path, "g", topic("t", 3));
  CHECK(seen.members == 2);
  CHECK(seen.held == topic("t", 2));
  CHECK(presence(directory.path, "h", topic("t", 3)).members == 0);
  members.clear();
  CHECK(presence(directory.path, "g", topic("t", 3)).members == 0);
}

TEST_CASE("positions can be changed by hand only while nobody is there, and who comes then waits") {
  const TempDirectory directory;
  const auto code = [&] {
    try {
      const Exclusion alone(directory.path, "g", topic("t", 2), GroupChange::positions);
    } catch (const base::Error& error) {
      return error.code();
    }
    return std::string("alone");
  };
  CHECK(code() == "alone");
  {
    const Membership idle(directory.path, "g", "t", topic("t", 2));
    CHECK(code() == "group_active");
    CHECK_THROWS_AS(refuse_members(directory.path, "g", GroupChange::removal), base::Error);
  }
  auto alone = std::make_unique<Exclusion>(directory.path, "g", topic("t", 2), GroupChange::positions);
  CHECK(code() == "group_active");
  Membership late(directory.path, "g", "t", topic("t", 3));
  CHECK(late.review().gained.size() == 1);  // the one that is not being changed
  alone.reset();
  CHECK(readable(late.wait_fd()));
  CHECK(late.review().gained.size() == 2);
}

TEST_CASE("a group's name comes back from its file's, unless it was too long for one") {
  for (const char* name : {"g", "a/b", "%", "50%25",
                           "gr\xc3\xbc\xc3\x9f"
                           "e",
                           "a b"})
    CHECK(group_of_member_file(member_file_name(name)) == std::string(name));
  CHECK(!group_of_member_file(member_file_name(std::string(300, 'x'))));
  for (const char* other : {"group-", "group-%2", "group-%zz", "group-a%62", "groups", "orders-0"})
    CHECK(!group_of_member_file(other));
}

}  // namespace
}  // namespace weir::coord
