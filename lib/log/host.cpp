#include "log/host.h"

#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"

namespace weir::log {
namespace {

// Files below /proc say that they are empty, so their size is no guide.
std::string read_proc(base::Sys& sys, const std::string& path) {
  const base::File file = base::File::open(sys, path, base::File::Mode::read);
  char text[1024];
  return std::string(text, file.pread(text, sizeof text, 0));
}

struct Stat {
  char state = '?';
  std::uint64_t started = 0;
};

// Fields 3 and 22. The name in field 2 may hold blanks and parentheses, so counting begins behind the last one.
bool parse_stat(std::string_view text, Stat* to) {
  const std::size_t close = text.rfind(')');
  if (close == std::string_view::npos || close + 2 >= text.size()) return false;
  text.remove_prefix(close + 2);
  to->state = text[0];
  for (int field = 3; field < 22; ++field) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return false;
    text.remove_prefix(blank + 1);
  }
  return std::from_chars(text.data(), text.data() + text.size(), to->started).ec == std::errc();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

BootId parse_boot_id(std::string_view text) {
  BootId id{};
  std::size_t digits = 0;
  for (const char c : text) {
    const int digit = hex_digit(c);
    if (digit < 0 || digits == 32) continue;
    id[digits / 2] = static_cast<std::uint8_t>(id[digits / 2] << 4 | digit);
    ++digits;
  }
  if (digits != 32)
    throw base::Error(base::Kind::io, "/proc/sys/kernel/random/boot_id does not hold a boot id");
  return id;
}

}  // namespace

Host Host::current(base::Sys& sys) {
  Host me;
  me.boot = parse_boot_id(read_proc(sys, "/proc/sys/kernel/random/boot_id"));
  me.pid = ::getpid();
  Stat stat;
  if (!parse_stat(read_proc(sys, "/proc/self/stat"), &stat)) {
    throw base::Error(base::Kind::io, "/proc/self/stat does not say when this process was started");
  }
  me.started = stat.started;
  return me;
}

ProcessState process_state(base::Sys& sys, const Host& of) {
  const std::string path = "/proc/" + std::to_string(of.pid) + "/stat";
  Stat stat;
  try {
    if (!base::File::exists(sys, "/proc/self/stat")) return ProcessState::unknown;
    if (!base::File::exists(sys, path)) return ProcessState::gone;
    if (!parse_stat(read_proc(sys, path), &stat)) return ProcessState::unknown;
  } catch (const base::Error&) {
    return ProcessState::unknown;  // only words of a message depend on it
  }
  if (stat.started != of.started || stat.state == 'Z' || stat.state == 'X') return ProcessState::gone;
  return stat.state == 'T' || stat.state == 't' ? ProcessState::stopped : ProcessState::running;
}

}  // namespace weir::log
