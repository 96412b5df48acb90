#include "ops/patch.h"

#include <algorithm>
#include <deque>
#include <vector>

#include "json/cursor.h"
#include "json/text.h"

namespace weir::ops {
namespace {

struct Change {
  std::string_view name;  // unescaped
  json::Member member;
  std::size_t place;
  bool done = false;
};

// Sorted by name; of several of one name the last.
class Changes {
 public:
  explicit Changes(const json::Value& object) {
    json::Member member;
    for (json::Members members(object); members.next(member);)
      all_.push_back({name_of(member), member, all_.size()});
    std::sort(all_.begin(), all_.end(), [](const Change& a, const Change& b) {
      return a.name != b.name ? a.name < b.name : a.place > b.place;
    });
    const auto same = [](const Change& a, const Change& b) { return a.name == b.name; };
    all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
  }

  std::string_view name_of(const json::Member& member) {
    if (!member.name.escaped) return member.name.text();
    return json::text_of(member.name, unescaped_.emplace_back());
  }
  Change* find(std::string_view name) {
    const auto at =
        std::lower_bound(all_.begin(), all_.end(), name,
                         [](const Change& change, std::string_view n) { return change.name < n; });
    return at == all_.end() || at->name != name ? nullptr : &*at;
  }
  // Those that have found no place, in their order.
  std::vector<Change> rest() {
    std::erase_if(all_, [](const Change& change) { return change.done; });
    std::sort(all_.begin(), all_.end(), [](const Change& a, const Change& b) { return a.place < b.place; });
    return std::move(all_);
  }

 private:
  std::vector<Change> all_;
  std::deque<std::string> unescaped_;  // stay where they are
};

void append(std::string& to, const json::Value& name, const json::Value& value) {
  if (to.size() > 1) to += ',';
  to.append(name.raw()).append(1, ':').append(value.raw());
}

}  // namespace

void merge_members(std::string_view row, std::string_view change, std::string& merged) {
  const json::Value before = json::parse_value(row), with = json::parse_value(change);
  if (before.kind != json::Kind::object || with.kind != json::Kind::object) return void(merged = change);
  Changes changes(with);
  merged = '{';
  json::Member member;
  for (json::Members members(before); members.next(member);) {
    Change* const found = changes.find(changes.name_of(member));
    if (found != nullptr) found->done = true;
    append(merged, member.name, found == nullptr ? member.value : found->member.value);
  }
  for (const Change& one : changes.rest()) append(merged, one.member.name, one.member.value);
  merged += '}';
}

}  // namespace weir::ops
