#include "state/entry_keys.h"

#include <utility>

#include "base/byte_order.h"
#include "state/codec.h"
#include "state/store.h"

namespace weir::state {

EntryKeys::EntryKeys(std::string name, SortKey by) : name_(std::move(name)), order_(by) {}

std::string EntryKeys::of_bucket(std::int64_t bucket) const {
  // The sign is turned round so that negative times come first.
  char number[8];
  base::store_be(number, static_cast<std::uint64_t>(bucket) ^ std::uint64_t{1} << 63);
  std::string prefix = "e";
  prefix += static_cast<char>(name_.size());
  prefix += name_;
  prefix.append(number, sizeof number);
  return prefix;
}

std::string_view EntryKeys::of_entry(std::int64_t bucket, std::string_view key) {
  made_.clear();
  made_.append(of_bucket(bucket));
  order_(key, made_);
  return made_.view();
}

void EntryKeys::begin_value(std::string_view key, base::Buffer& value) const {
  if (key_in_value()) Writer(value).text(key);
}

EntryKeys::Stored EntryKeys::split(std::string_view sort_key, std::string_view value) const {
  if (!key_in_value()) return {sort_key, value};
  Reader from(value);
  const std::string_view key = from.text();
  if (from.failed()) fail_damaged("a key of " + name_);
  return {key, value.substr(value.size() - from.left())};
}

}  // namespace weir::state
