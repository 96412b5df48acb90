#include "log/corrupt.h"

namespace weir::log {

std::string offsets_text(base::Offset from, base::Offset to) {
  if (to <= from) return "offsets from " + std::to_string(from.value) + " on";
  if (to - from == 1) return "offset " + std::to_string(from.value);
  return "offsets " + std::to_string(from.value) + " to " + std::to_string(to.value - 1);
}

base::Error corrupt_log(const std::string& file, std::uint64_t position, base::Offset from, base::Offset to,
                        std::string_view why) {
  std::string what = "log is damaged: " + offsets_text(from, to) + " cannot be read: ";
  return base::Error(base::Kind::io, what.append(why))
      .at(file + ":byte " + std::to_string(position))
      .hint("read what is left: consume --skip-corrupt")
      .code("corrupt_log");
}

}  // namespace weir::log
