#include "state/buckets.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "state/model_test_words.h"
#include "state/state_test_words.h"
#include "support/random.h"

using namespace weir;
using state::Buckets;
using state::Count;
using state::Note;
using state::Store;

TEST_CASE("buckets are a map of maps, whatever is done to them in whatever order") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    testing::Random random(seed);
    Store store({.hash_seed = seed});
    {
      Buckets<Note> buckets(store, "notes");
      state::Model model;
      for (int step = 0; step < 2000; ++step) state::random_step(buckets, model, random);
      CHECK(content(buckets) == model);
    }
    CHECK(store.memory() == 0);  // all that was told was taken back
  }
}

TEST_CASE("an entry keeps its address while others come and go") {
  Store store;
  Buckets<Note> buckets(store, "notes");
  Note& first = buckets.at(7, "first");
  first.count = 1;
  for (int i = 0; i < 100'000; ++i) {
    buckets.at(7, std::to_string(i)).count = i;
    if (i % 3 == 0) buckets.erase(7, std::to_string(i / 2));
    if (i % 1000 == 0) buckets.at(8, std::to_string(i)).count = i;
  }
  CHECK(&first == buckets.find(7, "first"));
  CHECK(first.count == 1);
}

TEST_CASE("what is fetched ahead is there or not, as before") {
  Store store;
  Buckets<Note> buckets(store, "notes");
  const std::vector<std::string_view> keys = {"a", "b", "c", "a"};
  buckets.fetch(1, keys);
  CHECK_FALSE(buckets.first_bucket());
  buckets.at(1, "b").count = 2;
  buckets.fetch(1, keys);
  CHECK(buckets.size(1) == 1);
  CHECK(buckets.find(1, "a") == nullptr);
  CHECK(buckets.find(1, "b")->count == 2);
}

TEST_CASE("sorted visits are in the order of many keys that begin alike") {
  Store store;
  Buckets<Count> buckets(store, "counts");
  testing::Random random(3);
  std::set<std::string> keys;
  for (int i = 0; i < 3000; ++i) {
    keys.insert("https://example.org/" + std::to_string(random.below(100)) +
                std::string(random.below(12), 'x') + std::to_string(random.below(100)));
  }
  for (const std::string& key : keys) buckets.at(0, key);
  std::vector<std::string> seen;
  buckets.each_sorted(0, [&](std::string_view key, const Count&) { seen.emplace_back(key); });
  CHECK(seen == std::vector<std::string>(keys.begin(), keys.end()));
}

TEST_CASE("sorted visits are in the order of the sort key, also behind its first eight bytes") {
  Store store;
  Buckets<Count> backwards(store, "counts", [](std::string_view key, base::Buffer& to) {
    for (const char c : key) to.push(static_cast<char>(~c));
    to.push(static_cast<char>(0xff));
  });
  const std::vector<std::string> keys = {"b", "a", "ab", "aaaaaaaaab", "aaaaaaaaaa", "", "\xff", "aaaaaaaa"};
  for (const std::string& key : keys) backwards.at(0, key);
  std::vector<std::string> seen;
  backwards.each_sorted(0, [&](std::string_view key, const Count&) { seen.emplace_back(key); });
  CHECK(seen == std::vector<std::string>{"\xff", "b", "ab", "aaaaaaaaab", "aaaaaaaaaa", "aaaaaaaa", "a", ""});
}

TEST_CASE("a bucket whose last entry is erased is no longer there, and one that is dropped can come back") {
  Store store;
  Buckets<Count> buckets(store, "counts");
  buckets.at(5, "a").count = 1;
  buckets.at(9, "a").count = 2;
  CHECK(buckets.first_bucket() == 5);
  CHECK(buckets.next_bucket(5) == 9);
  CHECK(buckets.erase(5, "a"));
  CHECK_FALSE(buckets.erase(5, "a"));
  CHECK(buckets.first_bucket() == 9);
  buckets.drop(9);
  CHECK_FALSE(buckets.first_bucket());
  CHECK(buckets.at(9, "a").count == 0);
}

TEST_CASE("the memory of keys, tables and of what entries have beyond their size is counted") {
  Store store;
  Buckets<Note> buckets(store, "notes");
  constexpr std::size_t kKeys = 10'000;
  for (std::size_t i = 0; i < kKeys; ++i) buckets.at(0, "key number " + std::to_string(i));
  const std::size_t without_text = store.memory();
  CHECK(without_text > kKeys * (sizeof(Note) + sizeof("key number ")));
  CHECK(without_text < kKeys * 200);
  Note& note = buckets.at(0, "key number 7");
  note.text.assign(1'000'000, 'x');
  buckets.changed(0, note);
  CHECK(store.memory() >= without_text + 1'000'000);
  CHECK(buckets.erase(0, "key number 7"));
  CHECK(store.memory() <= without_text);
}

TEST_CASE("keys of every length differ where one byte does") {
  Store store;
  Buckets<Count> buckets(store, "counts");
  std::int64_t made = 0;
  for (std::size_t length = 0; length < 70; ++length) {
    std::string key(length, 'a');
    buckets.at(0, key).count = ++made;
    for (std::size_t i = 0; i < length; ++i) {
      key[i] = 'b';
      CHECK(buckets.at(0, key).count == 0);
      buckets.at(0, key).count = ++made;
      key[i] = 'a';
    }
  }
  CHECK(static_cast<std::int64_t>(buckets.size(0)) == made);
}
