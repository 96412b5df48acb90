// The side file of a partition, `weir-ends`: how far the log is known to be good, and how far readers go.
// 4096 bytes from its creation on, only ever overwritten in place:
//   at    bytes  field
//   0     512    slot A, written when the sequence number is even
//   512   512    slot B, written when it is odd
//   1024  512    holder: the process that took the append lock last
// A slot:
//   0     8      "weirends"
//   8     4      version, 1
//   12    4      flags: bit 0 poisoned, bit 1 deleted
//   16    8      sequence; the valid slot with the larger one counts
//   24    8      generation; rises whenever recovery takes back what was written
//   32    16     boot id of the last writer
//   48    24     durable end: segment, position, next offset (8 bytes each)
//   72    24     visible end
//   96    24     written end
//   508   4      CRC-32C of bytes 0-507
// The holder: "weirhold", version 4, pid 4, boot id 16, start time 8, zeros, CRC-32C at 508.
// All integers big-endian; the rest zero. A slot is one disk sector, so a power cut tears at most the slot
// that was being written, and the other one still says a true, earlier end.
//
//   durable  all below it was fsynced before this was written. Recovery judges damage by it alone.
//   visible  readers go up to here: the durable end, or the written end where somebody writes without
//            syncing. Means nothing in another boot.
//   written  whole batches reach to here: set after each append, under the append lock. Means nothing in
//            another boot.
//   poisoned an fsync failed: what the kernel holds may not be what the disk holds. Nobody raises an end
//            until recovery has read the tail from the disk again.
//   deleted  the topic is being taken away: nobody appends or reads any more. The folder is renamed after this is written,
//            so whoever has the file open learns of it although the folder's name may be another topic's by now.
// Threads: one object per thread, or one lock around it. Processes: write() under the append lock only;
// read() at any time, since a torn read fails the checksum and is repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "log/format.h"
#include "log/host.h"

namespace weir::log {

struct Ends {
  std::uint64_t sequence = 0;
  std::uint64_t generation = 0;
  bool poisoned = false;
  bool deleted = false;
  BootId boot{};
  LogEnd durable, visible, written;
};

class SideFile {
 public:
  enum class Access { read, write };
  // None when the file is missing. Throws Error(Kind::io) for everything else, also missing permission.
  static std::optional<SideFile> open(base::Sys& sys, const std::string& folder, Access access);
  // Made when missing; no slot is valid then.
  static SideFile create(base::Sys& sys, const std::string& folder);

  // The newest valid slot; none when neither is.
  std::optional<Ends> read() const;
  // Writes `ends` with the next sequence number and returns it. Requires the append lock.
  std::uint64_t write(Ends ends);
  // Gives a new file its full size, so that a full disk never keeps an end from being raised. Requires the
  // append lock, and that no slot is valid.
  void fill();
  void sync() { file_.datasync(); }

  // The append lock: exclusive over this file, released with the descriptor.
  bool try_lock();
  // Waits up to `patience`, then throws Error(Kind::io) that names the holder, and whether it is stopped.
  void lock(base::Clock& clock, std::chrono::nanoseconds patience, const Host& me);
  void unlock() { file_.unlock(); }
  // The process that took the lock last; none when nobody did or the record is torn.
  std::optional<Host> holder() const;

  const std::string& path() const { return file_.path(); }

 private:
  explicit SideFile(base::File file) : file_(std::move(file)) {}
  void name_holder(const Host& me);

  base::File file_;
};

// What is wrong with the bytes of a side file that nobody is writing to. A slot that was torn by a power cut counts, though
// the other one still holds.
struct SideFileFault {
  std::uint64_t position, bytes;
  const char* why;
};
std::vector<SideFileFault> side_file_faults(std::string_view bytes);

}  // namespace weir::log
