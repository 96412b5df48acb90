// Buckets beside what they are to be: a map of maps, without any of what makes them fast.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "state/buckets.h"
#include "state/state_test_words.h"
#include "support/random.h"

namespace weir::state {

using Model = std::map<std::int64_t, std::map<std::string, Note>>;

inline Model content(Buckets<Note>& buckets) {
  Model all;
  for (auto bucket = buckets.first_bucket(); bucket; bucket = buckets.next_bucket(*bucket)) {
    buckets.each(*bucket, [&](std::string_view key, const Note& note) {
      CHECK(all[*bucket].emplace(std::string(key), note).second);
    });
    CHECK(all[*bucket].size() == buckets.size(*bucket));
  }
  return all;
}

inline std::string random_key(testing::Random& random) {
  std::string key = std::to_string(random.below(200));
  if (random.chance(5)) key.append(random.below(900), 'k');
  if (random.chance(1)) key.clear();
  return key;
}

// Does something to both, and holds what comes back against each other.
inline void random_step(Buckets<Note>& buckets, Model& model, testing::Random& random) {
  const std::int64_t bucket = static_cast<std::int64_t>(random.below(6)) - 3;
  const std::string key = random_key(random);
  const auto in = model.find(bucket);
  const bool there = in != model.end() && in->second.contains(key);
  switch (random.below(40)) {
    case 0:
      buckets.drop(bucket);
      model.erase(bucket);
      break;
    case 1: {  // every entry with an even count
      buckets.each(bucket, [&](std::string_view, Note& note) {
        if (note.count % 2 != 0) return;
        note.count += 3;
        buckets.changed(bucket, note);
      });
      if (in == model.end()) break;
      for (auto& [ignored, note] : in->second) note.count += note.count % 2 == 0 ? 3 : 0;
      break;
    }
    case 2: {
      std::map<std::string, Note> seen;
      std::string last;
      buckets.each_sorted(bucket, [&](std::string_view each_key, Note& note) {
        CHECK((seen.empty() || last < each_key));
        last = each_key;
        seen.emplace(each_key, note);
        if (note.count % 5 != 0) return;
        note.text += "sorted";
        buckets.changed(bucket, note);
      });
      if (in == model.end()) {
        CHECK(seen.empty());
        break;
      }
      CHECK(seen == in->second);
      for (auto& [ignored, note] : in->second) note.text += note.count % 5 == 0 ? "sorted" : "";
      break;
    }
    case 3:
    case 4:
    case 5:
    case 6:
    case 7: {
      CHECK(buckets.erase(bucket, key) == there);
      if (there) in->second.erase(key);
      if (there && in->second.empty()) model.erase(in);
      break;
    }
    case 8:
    case 9:
    case 10:
    case 11:
    case 12: {
      const Note* const found = buckets.find(bucket, key);
      REQUIRE((found != nullptr) == there);
      if (there) CHECK(*found == in->second.at(key));
      break;
    }
    default: {
      Note& note = buckets.at(bucket, key);
      CHECK(note == model[bucket][key]);
      note.count += 1;
      if (random.chance(20)) note.text.append(random.below(60), 'x');
      buckets.changed(bucket, note);
      model[bucket][key] = note;
    }
  }
  CHECK(buckets.first_bucket() == (model.empty() ? std::nullopt : std::optional(model.begin()->first)));
}

}  // namespace weir::state
