#include "log/side_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

#include "base/byte_order.h"
#include "base/error.h"
#include "record/crc32c.h"

namespace weir::log {
namespace {

constexpr std::size_t kSlotBytes = 512;
constexpr std::size_t kCrcAt = 508;
constexpr std::size_t kHolderAt = 1024;
constexpr std::size_t kFileBytes = 4096;
constexpr char kEndsMagic[] = "weirends";
constexpr char kHolderMagic[] = "weirhold";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kPoisoned = 1;
constexpr std::uint32_t kDeleted = 2;

using Slot = std::array<char, kSlotBytes>;

void seal(Slot& slot) {
  base::store_be(&slot[kCrcAt], record::crc32c({slot.data(), kCrcAt}));
}

bool sealed(const char* slot, const char* magic) {
  return std::memcmp(slot, magic, 8) == 0 && base::load_be<std::uint32_t>(slot + 8) == kVersion &&
         base::load_be<std::uint32_t>(slot + kCrcAt) == record::crc32c({slot, kCrcAt});
}

void put(char* to, const LogEnd& end) {
  base::store_be(to, end.segment.value);
  base::store_be(to + 8, end.position);
  base::store_be(to + 16, end.next.value);
}

LogEnd get(const char* from) {
  return {{base::load_be<std::int64_t>(from)},
          base::load_be<std::uint64_t>(from + 8),
          {base::load_be<std::int64_t>(from + 16)}};
}

Slot encode(const Ends& ends) {
  Slot slot{};
  std::memcpy(slot.data(), kEndsMagic, 8);
  base::store_be(&slot[8], kVersion);
  base::store_be(&slot[12], (ends.poisoned ? kPoisoned : 0u) | (ends.deleted ? kDeleted : 0u));
  base::store_be(&slot[16], ends.sequence);
  base::store_be(&slot[24], ends.generation);
  std::memcpy(&slot[32], ends.boot.data(), ends.boot.size());
  put(&slot[48], ends.durable);
  put(&slot[72], ends.visible);
  put(&slot[96], ends.written);
  seal(slot);
  return slot;
}

std::optional<Ends> decode(const char* slot) {
  if (!sealed(slot, kEndsMagic)) return std::nullopt;
  Ends ends;
  const auto flags = base::load_be<std::uint32_t>(slot + 12);
  ends.poisoned = (flags & kPoisoned) != 0;
  ends.deleted = (flags & kDeleted) != 0;
  ends.sequence = base::load_be<std::uint64_t>(slot + 16);
  ends.generation = base::load_be<std::uint64_t>(slot + 24);
  std::memcpy(ends.boot.data(), slot + 32, ends.boot.size());
  ends.durable = get(slot + 48);
  ends.visible = get(slot + 72);
  ends.written = get(slot + 96);
  return ends;
}

bool same_process(const Host& a, const Host& b) {
  return a.pid == b.pid && a.started == b.started && a.boot == b.boot;
}

[[noreturn]] void fail_locked(base::Sys& sys, const std::string& path, const std::optional<Host>& holder,
                              const Host& me, std::chrono::nanoseconds waited) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
  std::string what = "cannot append: " + path + " has been locked for " + std::to_string(seconds) + " s";
  std::string hint;
  // A record of another boot was left by whoever held the lock before; today's holder was too quick to be read.
  if (holder && holder->boot == me.boot) {
    const std::string pid = std::to_string(holder->pid);
    switch (process_state(sys, *holder)) {
      case ProcessState::stopped:
        what += " by process " + pid + ", which is stopped";
        hint = "let it go on, or end it: kill -CONT " + pid + "; kill -KILL " + pid;
        break;
      case ProcessState::gone:
        what += "; the process that took it, " + pid + ", is gone, but a child still holds its file";
        break;
      case ProcessState::running:
      case ProcessState::unknown:
        what += " by process " + pid;
        break;
    }
  }
  base::Error error(base::Kind::io, what);
  error.code("log_locked");
  if (!hint.empty()) error.hint(hint);
  throw error;
}

}  // namespace

std::optional<SideFile> SideFile::open(base::Sys& sys, const std::string& folder, Access access) {
  const std::string path = folder + "/" + std::string(kSideFileName);
  if (!base::File::exists(sys, path)) return std::nullopt;
  return SideFile(base::File::open(
      sys, path, access == Access::read ? base::File::Mode::read : base::File::Mode::read_write));
}

SideFile SideFile::create(base::Sys& sys, const std::string& folder) {
  return SideFile(base::File::open(sys, folder + "/" + std::string(kSideFileName), base::File::Mode::create));
}

void SideFile::fill() {
  const std::uint64_t size = file_.size();
  if (size < kFileBytes) file_.pwrite(std::string(static_cast<std::size_t>(kFileBytes - size), '\0'), size);
}

std::optional<Ends> SideFile::read() const {
  // A reader without the lock may see a slot half written, and then, if it is slow, the other one too.
  for (int tries = 0; tries < 8; ++tries) {
    char slots[2 * kSlotBytes];
    if (file_.pread(slots, sizeof slots, 0) < sizeof slots) return std::nullopt;
    const std::optional<Ends> a = decode(slots), b = decode(slots + kSlotBytes);
    if (a && b) return a->sequence > b->sequence ? a : b;
    if (a) return a;
    if (b) return b;
  }
  return std::nullopt;
}

std::uint64_t SideFile::write(Ends ends) {
  ++ends.sequence;
  const Slot slot = encode(ends);
  file_.pwrite({slot.data(), slot.size()}, ends.sequence % 2 * kSlotBytes);
  return ends.sequence;
}

bool SideFile::try_lock() {
  return file_.try_lock(base::Sys::Lock::exclusive);
}

void SideFile::lock(base::Clock& clock, std::chrono::nanoseconds patience, const Host& me) {
  using namespace std::chrono_literals;
  if (!try_lock()) {
    const auto from = clock.steady();
    std::chrono::nanoseconds pause = 20us;
    // The kernel's own wait has no time limit, so this one asks again and again; an append holds the lock for the
    // time of a write, and 2 ms is soon enough for a holder that takes longer.
    do {
      if (clock.steady() - from > patience)
        fail_locked(file_.sys(), path(), holder(), me, clock.steady() - from);
      std::this_thread::sleep_for(pause);
      pause = std::min<std::chrono::nanoseconds>(pause * 2, 2ms);
    } while (!try_lock());
  }
  name_holder(me);
}

void SideFile::name_holder(const Host& me) {
  // One small read instead of a write each time: with one writer the name stands there already.
  if (const auto before = holder(); before && same_process(*before, me)) return;
  Slot slot{};
  std::memcpy(slot.data(), kHolderMagic, 8);
  base::store_be(&slot[8], kVersion);
  base::store_be(&slot[12], me.pid);
  std::memcpy(&slot[16], me.boot.data(), me.boot.size());
  base::store_be(&slot[32], me.started);
  seal(slot);
  try {
    file_.pwrite({slot.data(), slot.size()}, kHolderAt);
  } catch (...) {
    unlock();
    throw;
  }
}

std::optional<Host> SideFile::holder() const {
  char slot[kSlotBytes];
  if (file_.pread(slot, sizeof slot, kHolderAt) < sizeof slot || !sealed(slot, kHolderMagic))
    return std::nullopt;
  Host host;
  host.pid = base::load_be<std::int32_t>(slot + 12);
  std::memcpy(host.boot.data(), slot + 16, host.boot.size());
  host.started = base::load_be<std::uint64_t>(slot + 32);
  return host;
}

std::vector<SideFileFault> side_file_faults(std::string_view bytes) {
  std::vector<SideFileFault> faults;
  if (bytes.size() != kFileBytes) {
    faults.push_back({std::min(bytes.size(), kFileBytes), 0, "side file is not 4096 bytes long"});
    if (bytes.size() < kFileBytes) return faults;
  }
  const auto zero = [&](std::size_t from, std::size_t to) {
    return bytes.substr(from, to - from).find_first_not_of('\0') == std::string_view::npos;
  };
  for (const std::size_t slot : {std::size_t{0}, kSlotBytes}) {
    const std::optional<Ends> ends = decode(bytes.data() + slot);
    // Slot A holds even numbers, slot B odd ones.
    if (!ends || ends->sequence % 2 * kSlotBytes != slot)
      faults.push_back({slot, kSlotBytes, "slot of the side file does not match its checksum"});
  }
  if (!sealed(bytes.data() + kHolderAt, kHolderMagic) && !zero(kHolderAt, kHolderAt + kSlotBytes))
    faults.push_back({kHolderAt, kSlotBytes, "name of the lock's holder does not match its checksum"});
  if (!zero(kHolderAt + kSlotBytes, kFileBytes))
    faults.push_back(
        {kHolderAt + kSlotBytes, kFileBytes - kHolderAt - kSlotBytes, "bytes that are not zero"});
  return faults;
}

}  // namespace weir::log
