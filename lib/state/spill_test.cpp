#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "state/buckets.h"
#include "state/map_backing_test_words.h"
#include "state/model_test_words.h"
#include "state/rocks_backing.h"
#include "state/state_folder.h"
#include "support/random.h"
#include "support/temp_directory.h"

using namespace weir;
using state::Buckets;
using state::Count;
using state::MapBacking;
using state::MapDisk;
using state::Model;
using state::Note;
using state::Store;

namespace {

constexpr std::size_t kTiny = 20'000;

// Random operations with next to no memory.
void check_against_model(std::uint64_t seed, int steps, Store::Settings settings) {
  CAPTURE(seed);
  testing::Random random(seed);
  settings.memory_max = kTiny;
  settings.hash_seed = seed;
  Store store(std::move(settings));
  Buckets<Note> buckets(store, "notes");
  Model model;
  for (int step = 0; step < steps; ++step) {
    random_step(buckets, model, random);
    store.relieve();
    CHECK(store.memory() <= kTiny);
  }
  CHECK(store.sweeps() > 0);
  CHECK(content(buckets) == model);
}

}  // namespace

TEST_CASE("with next to no memory buckets are the same map of maps") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    MapDisk disk;
    check_against_model(seed, 3000, {.open_spill = [&] { return std::make_unique<MapBacking>(disk); }});
  }
}

TEST_CASE("with next to no memory and RocksDB buckets are the same map of maps") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const testing::TempDirectory directory;
    check_against_model(seed, 3000, {.open_spill = [&] {
                          return state::open_rocks(directory.path() + "/spill", state::Lifetime::passing);
                        }});
  }
}

TEST_CASE("nothing is opened while memory is enough") {
  Store store({.memory_max = 1u << 20, .open_spill = []() -> std::unique_ptr<state::Backing> {
                 FAIL("opened");
                 return nullptr;
               }});
  Buckets<Count> buckets(store, "counts");
  for (int i = 0; i < 1000; ++i) {
    buckets.at(i % 10, std::to_string(i));
    store.relieve();
  }
}

TEST_CASE("what is used all the time stays in memory") {
  MapDisk disk;
  Store store({.memory_max = 100'000, .open_spill = [&] { return std::make_unique<MapBacking>(disk); }});
  Buckets<Note> buckets(store, "notes");
  for (int i = 0; i < 20'000; ++i) {
    for (const std::string& key : {std::string("hot"), std::to_string(i)}) {
      Note& note = buckets.at(0, key);
      note.count = i;
      buckets.changed(0, note);
    }
    store.relieve();
  }
  for (const auto& [key, value] : disk.content) CHECK_FALSE(key.ends_with("hot"));
  CHECK(disk.content.size() > 10'000);
}

TEST_CASE("an order of its own holds across memory and disk, and the keys come back") {
  MapDisk disk;
  Store store({.memory_max = kTiny, .open_spill = [&] { return std::make_unique<MapBacking>(disk); }});
  Buckets<Count> backwards(store, "counts", [](std::string_view key, base::Buffer& to) {
    for (const char c : key) to.push(static_cast<char>(~c));
    to.push(static_cast<char>(0xff));
  });
  for (int i = 0; i < 2000; ++i) {
    Count& count = backwards.at(7, std::to_string(i));
    count.count = i;
    backwards.changed(7, count);
    store.relieve();
  }
  std::string last = "a";
  std::size_t seen = 0;
  backwards.each_sorted(7, [&](std::string_view key, const Count& count) {
    CHECK(key < last);
    CHECK(std::to_string(count.count) == key);
    last = key;
    ++seen;
  });
  CHECK(seen == 2000);
}

TEST_CASE("a disk without room ends the run, and nothing is lost in silence") {
  MapDisk disk;
  disk.fail_at = 3;
  Store store({.memory_max = kTiny, .open_spill = [&] { return std::make_unique<MapBacking>(disk); }});
  Buckets<Note> buckets(store, "notes");
  const auto fill = [&] {
    for (int i = 0; i < 100'000; ++i) {
      Note& note = buckets.at(i % 3, std::to_string(i));
      note.text.assign(40, 'x');
      buckets.changed(i % 3, note);
      store.relieve();
    }
  };
  CHECK_THROWS_WITH_AS(fill(), "disk full writing the state", base::Error);
}

TEST_CASE("what memory cannot do without is no reason to look for more at every event") {
  MapDisk disk;
  Store store({.memory_max = kTiny, .open_spill = [&] { return std::make_unique<MapBacking>(disk); }});
  Buckets<Count> buckets(store, "counts");
  store.account(10 * kTiny);
  for (int i = 0; i < 1000; ++i) {
    buckets.at(0, std::to_string(i));
    store.relieve();
  }
  CHECK(store.sweeps() < 100);
  store.account(-static_cast<std::ptrdiff_t>(10 * kTiny));
}

TEST_CASE("what a killed process has spilled is removed by the next, and nothing that is in use") {
  const testing::TempDirectory directory;
  const auto folders = [&] {
    const std::filesystem::directory_iterator all(directory.path());
    return std::distance(begin(all), end(all));
  };
  const pid_t killed = ::fork();
  if (killed == 0) {
    const auto spill = state::open_spill(directory.path());
    ::_exit(0);
  }
  REQUIRE(::waitpid(killed, nullptr, 0) == killed);
  CHECK(folders() == 1);
  {
    const auto one = state::open_spill(directory.path()), other = state::open_spill(directory.path());
    CHECK(folders() == 2);
    for (state::Backing* spill : {one.get(), other.get()}) {
      spill->put("key", "value");
      spill->commit(state::Backing::Commit::visible);
      base::Buffer value;
      CHECK(spill->get("key", value));
    }
    const pid_t neighbour = ::fork();
    if (neighbour == 0) {
      ::_exit(state::open_spill(directory.path()) != nullptr && folders() == 3 ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(neighbour, &status, 0) == neighbour);
    CHECK(status == 0);
  }
  CHECK(folders() == 1);  // the neighbour left its own
  state::open_spill(directory.path());
  CHECK(folders() == 0);
}
