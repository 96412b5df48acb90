// Who we are on this machine: what a lock holder is named by, and what tells one boot from the next.
#pragma once

#include <array>
#include <cstdint>

#include "base/sys.h"

namespace weir::log {

using BootId = std::array<std::uint8_t, 16>;

// A process, told apart from others that had its number before by when it was started.
struct Host {
  BootId boot{};
  std::int32_t pid = 0;
  std::uint64_t started = 0;  // clock ticks after boot, field 22 of /proc/PID/stat

  // This process. Throws Error(Kind::io) when /proc cannot be read. Tests make one up.
  static Host current(base::Sys& sys);
};

enum class ProcessState { running, stopped, gone, unknown };

// What has become of a process of this boot; `gone` also when its number belongs to another by now.
ProcessState process_state(base::Sys& sys, const Host& of);

}  // namespace weir::log
