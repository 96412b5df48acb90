// setpath and delpaths; getpath follows paths and is a part of the engine.
#include <array>
#include <utility>

#include "expr/paths.h"

namespace weir::expr {
namespace {

bool setpath(std::span<Datum> args, Natives& natives, Datum& out) {
  if (!args[1].is(Kind::array)) return natives.fail("Path must be specified as an array");
  Datum in = std::move(args[0]);
  if (!set_path(in, args[1].items(), std::move(args[2]), natives)) return false;
  out = std::move(in);
  return true;
}

bool delpaths(std::span<Datum> args, Natives& natives, Datum& out) {
  Datum from = std::move(args[0]);
  if (!delete_paths(from, std::move(args[1]), natives)) return false;
  out = std::move(from);
  return true;
}

constexpr std::array<NativeRow, 2> kRows = {{{"delpaths", 1, delpaths}, {"setpath", 2, setpath}}};

}  // namespace

std::span<const NativeRow> path_natives() {
  return kRows;
}

}  // namespace weir::expr
