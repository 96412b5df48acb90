#include "ops/table_groups.h"

#include "base/assert.h"
#include "ops/group_key.h"
#include "state/codec.h"

namespace weir::ops {

void TableGroup::encode(base::Buffer& to) const {
  state::Writer writer(to);
  writer.number(rows);
  writer.integer(ts.ms);
  state.encode(writer);
}

bool TableGroup::decode(std::string_view from, TableGroup& to) {
  state::Reader reader(from);
  to.rows = reader.number();
  to.ts.ms = reader.integer();
  to.state.decode(reader);
  return reader.done();
}

TableGroups::TableGroups(RowFields& row, state::Store& store)
    : row_(row), groups_(store, "groups", &sort_by_json) {}

std::span<const TableGroups::Change> TableGroups::change(const RowFields::Row* old, const RowFields* now,
                                                         base::EventTime ts, Texts texts) {
  std::string_view from, to;
  if (old != nullptr) {
    // It was looked at when it came, and nothing about it has changed.
    WEIR_ASSERT(row_.look(*old));
    from = row_.group();
  }
  if (now != nullptr) to = now->group();
  std::size_t count = 0;
  const auto touch = [&](std::string_view key, bool loses, bool gains) {
    Texted& room = texted_[count];
    Change& made = changes_[count++];
    room.group = key;
    made.group = room.group;
    TableGroup& group = groups_.at(kBucket, key);
    made.old = text(key, &group, room.old, texts);
    if (loses) {
      row_.aggregates().remove(group.state);
      --group.rows;
    }
    if (gains) {
      now->aggregates().add(group.state);
      ++group.rows;
    }
    group.ts = ts;
    made.now = text(key, &group, room.now, texts);
    if (group.rows == 0)
      groups_.erase(kBucket, key);
    else
      groups_.changed(kBucket, group);
  };
  if (!from.empty()) touch(from, true, from == to);
  if (!to.empty() && from != to) touch(to, false, true);
  return {changes_, count};
}

std::optional<RowText> TableGroups::text(std::string_view key, const TableGroup* group, std::string& room,
                                         Texts texts) {
  if (texts == Texts::no || group->rows == 0) return std::nullopt;
  write_row(key, *group, room);
  return RowText{room, true};
}

void TableGroups::write_row(std::string_view key, const TableGroup& group, std::string& to) {
  to.clear();
  row_.begin_group_row(key, to);
  if (!row_.aggregates().write(group.state, to)) ++beyond_doubles_;
  to += '}';
}

}  // namespace weir::ops
