// Keys of groups: their bytes, and the order in which rows are written by key.
//
// The bytes of a key are its canonical JSON (json::append_canonical), several of them a JSON array, none the empty text;
// equal keys have equal bytes. Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "base/buffer.h"
#include "expr/value.h"

namespace weir::ops {

// Appends the canonical text of a value; quickly where the value is written so already.
void append_key(std::string& out, const expr::Value& value);

// A state::SortKey: bytes whose order is json::compare_keys of the keys.
void sort_by_json(std::string_view key, base::Buffer& to);

// A single string is its own text, all else the JSON as it is: what stands as the key of a record.
std::string_view record_key(std::string_view key, std::string& buffer);

}  // namespace weir::ops
