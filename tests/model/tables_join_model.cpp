// Table with table, by the same key and by a foreign one.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "model/join_row.h"

namespace weir::model {
namespace {

struct Row {
  Time ts;
  Value value;
};
using Table = std::map<Value, Row>;  // in canonical key order

const Row* find(const Table& table, const Value& key) {
  const auto found = table.find(key);
  return found == table.end() ? nullptr : &found->second;
}
void update(Table& table, const Value& key, const Record& record) {
  if (record.value.null())
    table.erase(key);
  else
    table[key] = {*record.ts, record.value};
}

bool exists(const JoinSpec& spec, const Row* left, const Row* right) {
  if (left != nullptr && right != nullptr) return true;
  return (left != nullptr && spec.keeps_left()) || (right != nullptr && spec.keeps_right());
}
Value value_of(const Row* row) {
  return row == nullptr ? Value() : row->value;
}

}  // namespace

Outcome tables_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  Table sides[2];
  Outcome out;
  for (const Arrival& arrival : merged(inputs, in_order(inputs))) {
    const Record& record = arrival.record;
    const Value& key = join_key(spec, record);
    if (key.null()) {
      ++out.dropped;
      continue;
    }
    if (record.value.null() && find(sides[record.side], key) == nullptr) continue;  // nothing changes
    const bool before = exists(spec, find(sides[0], key), find(sides[1], key));
    update(sides[record.side], key, record);
    const Row *left = find(sides[0], key), *right = find(sides[1], key);
    const Row* other = find(sides[1 - record.side], key);
    const Time ts = other == nullptr ? *record.ts : std::max(*record.ts, other->ts);
    if (exists(spec, left, right))
      out.lines.push_back(joined_line(spec, key, ts, value_of(left), value_of(right)));
    else if (before)
      out.lines.push_back(gone_line(spec, key, ts));
  }
  return out;
}

Outcome foreign_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  Table lefts, rights;
  std::set<Value> shown;  // left keys whose row is in the result
  Outcome out;
  const auto recompute = [&](const Value& key, Time ts) {
    const Row* left = find(lefts, key);
    const Row* right = nullptr;
    if (left != nullptr && !left->value.member("f").null()) right = find(rights, left->value.member("f"));
    if (left != nullptr) ts = std::max(ts, left->ts);
    if (right != nullptr) ts = std::max(ts, right->ts);
    if (left != nullptr && (right != nullptr || spec.keeps_left())) {
      shown.insert(key);
      out.lines.push_back(joined_line(spec, key, ts, left->value, value_of(right)));
    } else if (shown.erase(key) != 0) {
      out.lines.push_back(gone_line(spec, key, ts));
    }
  };
  for (const Arrival& arrival : merged(inputs, in_order(inputs))) {
    const Record& record = arrival.record;
    const Value& key = join_key(spec, record);
    if (key.null()) {
      ++out.dropped;
    } else if (record.value.null() && find(record.side == 0 ? lefts : rights, key) == nullptr) {
      continue;  // nothing changes
    } else if (record.side == 0) {
      update(lefts, key, record);
      recompute(key, *record.ts);
    } else {
      update(rights, key, record);
      for (const auto& [left_key, left] : lefts) {
        if (left.value.member("f") == key) recompute(left_key, *record.ts);
      }
    }
  }
  return out;
}

}  // namespace weir::model
