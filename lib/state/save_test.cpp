#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "state/buckets.h"
#include "state/map_backing_test_words.h"
#include "state/model_test_words.h"
#include "state/rocks_backing.h"
#include "support/random.h"
#include "support/temp_directory.h"

using namespace weir;
using state::Buckets;
using state::MapBacking;
using state::MapDisk;
using state::Model;
using state::Note;
using state::Store;

namespace {

// A part with one number.
struct Clock final : state::Part {
  std::int64_t now = 0;
  void save(state::Writer& to) const override { to.integer(now); }
  void load(state::Reader& from) override { now = from.integer(); }
};

// One life of a process: state that is resumed, worked with, saved now and then, and left at any moment.
struct Life {
  Life(Store::Settings settings, std::unique_ptr<state::Backing> backing)
      : store(std::move(settings), std::move(backing)), notes(store, "notes"), others(store, "others") {
    store.keep("clock", clock);
    resumed = store.resume();
  }
  Store store;
  Buckets<Note> notes, others;
  Clock clock;
  bool resumed;
};

struct Saved {
  Model notes, others;
  std::int64_t clock = 0;
};

// Lives and crashes; what is found after each is what was saved last.
template <typename Open, typename Crash>
void live_and_crash(std::uint64_t seed, int lives, std::size_t memory_max, std::size_t at_once, Open open,
                    Crash crash) {
  CAPTURE(seed);
  testing::Random random(seed);
  Saved saved;
  bool any = false;
  for (int number = 0; number < lives; ++number) {
    CAPTURE(number);
    {
      Life life({.memory_max = memory_max, .hash_seed = random.next(), .bytes_at_once = at_once}, open());
      REQUIRE(life.resumed == any);
      Saved now = saved;
      CHECK(life.clock.now == saved.clock);
      if (random.chance(50)) {  // else what is cold is touched by the steps alone
        CHECK(content(life.notes) == saved.notes);
        CHECK(content(life.others) == saved.others);
      }
      for (std::size_t step = random.below(1500); step > 0; --step) {
        if (random.chance(70)) {
          random_step(life.notes, now.notes, random);
        } else {
          random_step(life.others, now.others, random);
        }
        life.clock.now = ++now.clock;
        life.store.relieve();
        if (!random.chance(1)) continue;
        life.store.save();
        saved = now;
        any = true;
      }
    }
    crash(random);
  }
}

}  // namespace

TEST_CASE("whenever a process is killed, what comes back is what was saved last") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    // Much and little memory, saves in one batch and in many.
    const std::size_t memory_max = seed % 2 == 0 ? 20'000 : std::size_t{1} << 30;
    const std::size_t at_once = seed % 3 == 0 ? 100 : 4u << 20;
    MapDisk disk;
    live_and_crash(
        seed, 12, memory_max, at_once, [&] { return std::make_unique<MapBacking>(disk); },
        [](testing::Random&) {});
  }
}

TEST_CASE("wherever the power fails, what comes back is what was saved last") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::size_t at_once = seed % 3 == 0 ? 100 : 4u << 20;
    MapDisk disk;
    live_and_crash(
        seed, 12, 20'000, at_once, [&] { return std::make_unique<MapBacking>(disk); },
        [&](testing::Random& random) { disk.crash(random.below(disk.unsynced.size() + 1)); });
  }
}

TEST_CASE("what RocksDB has after a process is gone is what was saved last") {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const testing::TempDirectory directory;
    live_and_crash(
        seed, 6, 20'000, seed % 2 == 0 ? 100 : 4u << 20,
        [&] { return state::open_rocks(directory.path() + "/state", state::Lifetime::kept); },
        [](testing::Random&) {});
  }
}

TEST_CASE("a save that fails anywhere leaves the one before it") {
  bool failed = true;
  for (std::size_t fail_at = 0; failed; ++fail_at) {
    CAPTURE(fail_at);
    failed = false;
    MapDisk disk;
    {
      Life first({}, std::make_unique<MapBacking>(disk));
      for (int i = 0; i < 50; ++i) first.notes.at(i % 3, std::to_string(i)).count = i;
      first.store.save();
    }
    const auto saved = disk.content;
    {
      Life second({.bytes_at_once = 1}, std::make_unique<MapBacking>(disk));
      disk.fail_at = disk.commits + fail_at;
      second.notes.drop(1);
      second.notes.erase(2, "2");
      for (int i = 0; i < 5'000; ++i) {
        Note& note = second.notes.at(i % 3, std::to_string(i));
        note.text.assign(400, 'x');
        second.notes.changed(i % 3, note);
      }
      try {
        second.store.save();
      } catch (const base::Error& error) {
        CHECK(error.code() == "disk_full");
        failed = true;
      }
      disk.fail_at = SIZE_MAX;
    }
    if (!failed) {
      CHECK(fail_at >= 2);
      break;
    }
    const Life third({}, std::make_unique<MapBacking>(disk));
    CHECK(disk.content == saved);
  }
}

TEST_CASE("a bucket that came and went between two saves never touches the disk") {
  MapDisk disk;
  Life life({}, std::make_unique<MapBacking>(disk));
  life.store.save();
  const auto before = disk.content;
  for (int i = 0; i < 100; ++i) life.notes.at(5, std::to_string(i)).count = i;
  life.notes.drop(5);
  life.store.save();
  CHECK(disk.content == before);
}

TEST_CASE("a save writes what has changed and nothing else") {
  MapDisk disk;
  Life life({}, std::make_unique<MapBacking>(disk));
  for (int i = 0; i < 1000; ++i) life.notes.at(5, std::to_string(i)).count = i;
  CHECK(life.store.unsaved_bytes() > 1000 * sizeof(Note));
  life.store.save();
  CHECK(life.store.unsaved_bytes() == 0);
  Note& note = *life.notes.find(5, "7");
  CHECK(life.store.unsaved_bytes() == 0);
  note.count = 1;
  life.notes.changed(5, note);
  CHECK(life.store.unsaved_bytes() > sizeof(Note));
  CHECK(life.store.unsaved_bytes() < 3 * sizeof(Note));
}

TEST_CASE("state that is not what a save writes is refused, whatever is wrong with it") {
  MapDisk disk;
  {
    Life life({}, std::make_unique<MapBacking>(disk));
    life.notes.at(5, "a").count = 1;
    life.store.save();
  }
  const auto whole = disk.content;
  const auto resume = [&] { Life({}, std::make_unique<MapBacking>(disk)).notes.find(5, "a"); };
  resume();
  for (const auto& [key, value] : whole) {
    CAPTURE(key);
    disk.content = whole;
    disk.content[key] = value.substr(0, value.size() - 1);
    if (!value.empty() && key[0] != 'e') CHECK_THROWS_AS(resume(), base::Error);
    if (key[0] == 'e') continue;
    disk.content = whole;
    disk.content.erase(key);
    CHECK_THROWS_AS(resume(), base::Error);
  }
}
