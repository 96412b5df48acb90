// The rule at the end of a TZif file, for times after its last change: "CET-1CEST,M3.5.0,M10.5.0/3".
// Format: POSIX.1-2017 §8.3 (TZ), with RFC 8536's hours from -167 to 167.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::base {

class PosixZone {
 public:
  // None when the text is not such a rule.
  static std::optional<PosixZone> parse(std::string_view text);

  // Seconds to add to UTC at that instant.
  std::int32_t offset_at(std::int64_t utc_seconds) const;
  // The name of the time that holds then: CET or CEST.
  const std::string& name_at(std::int64_t utc_seconds) const;

 private:
  struct Change {
    enum class Kind { julian_no_leap, day_of_year, week_of_month } kind = Kind::day_of_year;
    std::int32_t month = 0, week = 0, day = 0;
    std::int32_t seconds = 7200;  // after local midnight
  };
  static bool read_change(std::string_view& rest, Change* to);
  static std::int64_t local_instant(const Change& change, std::int32_t year);

  bool summer_at(std::int64_t utc_seconds) const;

  std::string standard_name_, daylight_name_;
  std::int32_t standard_ = 0;
  std::int32_t daylight_ = 0;
  bool changes_ = false;
  Change start_, end_;
};

}  // namespace weir::base
