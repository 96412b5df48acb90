// Going into values of the tree engine by keys and paths: a string names a member, a number an element, an object
// {"start", "end"} a slice; a path is an array of them.
// A false return is an error; natives says which.
#pragma once

#include <span>

#include "expr/native.h"

namespace weir::expr {

// .[key]. The second moves out of `from` what nobody else holds; `from` is good for nothing but set() then.
bool get(const Datum& from, const Datum& key, Natives& natives, Datum& out);
bool take(Datum& from, const Datum& key, Natives& natives, Datum& out);
// .[key] = value, in place.
bool set(Datum& in, const Datum& key, Datum value, Natives& natives);

// A slice's key out of its two ends, null for none.
Datum slice_key(Datum start, Datum end);

// As jq's getpath: null once it meets a null.
bool get_path(const Datum& from, std::span<const Datum> path, Natives& natives, Datum& out);
bool set_path(Datum& in, std::span<const Datum> path, Datum value, Natives& natives);
bool delete_path(Datum& from, const Datum& path, Natives& natives);
// `paths`: an array of paths, all as they are in `from` before anything is deleted.
bool delete_paths(Datum& from, Datum paths, Natives& natives);

// The value at `path` through `update`, a bool(Datum&), and back to its place.
template <typename Update>
bool change_path(Datum& in, std::span<const Datum> path, Natives& natives, const Update& update) {
  if (path.empty()) return update(in);
  if (path.size() > kMaxDatumDepth) throw LimitReached{Failure::What::value_depth};
  Datum inner;
  return take(in, path[0], natives, inner) && change_path(inner, path.subspan(1), natives, update) &&
         set(in, path[0], std::move(inner), natives);
}

std::span<const NativeRow> path_natives();  // setpath, delpaths

}  // namespace weir::expr
