// A time zone: UTC, a fixed offset, or a zone of the system's database. Never the environment's TZ and never the
// process's locale: two runs of one command line must give the same.
// Format of the database: TZif versions 1 to 4, RFC 8536, with the POSIX rule in the footer for later years.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::base {

class Zone {
 public:
  Zone() = default;  // UTC

  // "UTC", "Z", "+05:30", or a name of /usr/share/zoneinfo. Throws Error(Kind::usage) whose text begins with `name`
  // when there is no such zone, Kind::io when its file cannot be read.
  static Zone open(std::string_view name);
  // The same from the bytes of a TZif file, for tests. Throws Error(Kind::usage).
  static Zone from_tzif(std::string_view bytes, std::string name);

  // Seconds to add to UTC for local time at that instant (seconds since the epoch, UTC).
  std::int32_t offset_at(std::int64_t utc_seconds) const;
  // What people call the time there at that instant: CET, JST, UTC; of a fixed offset the offset as it was given.
  std::string_view abbreviation_at(std::int64_t utc_seconds) const;
  // The instant of a local time (seconds as if it were UTC). A time that a change skips counts from before the
  // change (02:30 becomes 03:30); of a time that comes twice, the first.
  std::int64_t to_utc(std::int64_t local_seconds) const;

  const std::string& name() const { return name_; }
  bool utc() const { return table_ == nullptr && fixed_seconds_ == 0; }

 private:
  struct Table;
  std::shared_ptr<const Table> table_;  // immutable, shared by copies
  std::int32_t fixed_seconds_ = 0;
  std::string name_ = "UTC";
};

}  // namespace weir::base
