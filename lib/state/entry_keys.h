// How entries lie on disk: 'e', the name of their Buckets, the bucket, the sort key; so that a bucket is a range, and
// within it entries are in order. The value is the key, where the sort key is another text, and the entry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "state/entry.h"

namespace weir::state {

class EntryKeys {
 public:
  EntryKeys(std::string name, SortKey by);

  const std::string& name() const { return name_; }
  SortKey order() const { return order_; }

  std::string of_bucket(std::int64_t bucket) const;                      // what all its keys begin with
  std::string_view of_entry(std::int64_t bucket, std::string_view key);  // good until the next call

  // Appends what a value begins with; the entry's bytes follow.
  void begin_value(std::string_view key, base::Buffer& value) const;
  struct Stored {
    std::string_view key;
    std::string_view entry;
  };
  // `sort_key`: what follows of_bucket() in the key on disk; may be empty where only the entry is wanted.
  Stored split(std::string_view sort_key, std::string_view value) const;

 private:
  bool key_in_value() const { return order_ != &sort_by_bytes; }

  const std::string name_;
  const SortKey order_;
  base::Buffer made_;
};

}  // namespace weir::state
