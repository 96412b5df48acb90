// The settings of all topics of a log directory, in one text file with a checksum, `topic-configs`:
//   weir-topic-configs 1
//   orders retention.ms=86400000
//   orders segment.bytes=1048576
//   crc32c 89abcdef            of all bytes before this line
// Ordered by topic, then name; bytes outside printable ASCII, '%' and blanks in values are written %XX.
// Replaced as a whole (temporary file, fsync, rename), so a crash leaves the old or the new one. A damaged
// file is refused with the line that is wrong. Nothing is ever deleted because of what it says or lacks.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/sys.h"
#include "log/topic_config.h"

namespace weir::log {

inline constexpr std::string_view kConfigFileName = "topic-configs";

using ConfigFile = std::map<std::string, Settings, std::less<>>;  // topic -> what was set

std::string encode_config_file(const ConfigFile& configs);
// Throws Error(Kind::io) that names `path` and the line; the hint says how to go on with the defaults.
ConfigFile decode_config_file(std::string_view text, const std::string& path);

// Empty when the file is missing.
ConfigFile load_config_file(base::Sys& sys, const std::string& directory);
// The caller holds the directory's metadata lock.
void save_config_file(base::Sys& sys, const std::string& directory, const ConfigFile& configs);

}  // namespace weir::log
