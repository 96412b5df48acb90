// A text that the user keeps in a file and names in a flag: --from-file.
#pragma once

#include <cstddef>
#include <string>

namespace weir::cli {

// The bytes of `path`, which may be a FIFO or a device as well, such as the /dev/fd/63 of a shell's <(...). Reads no
// more than `limit` bytes and leaves the rest: ask for one more than is allowed. Throws Error(Kind::usage) when there
// is no such file and Error(Kind::io) when it cannot be read; both begin with `flag`.
std::string read_file(const std::string& flag, const std::string& path, std::size_t limit);

}  // namespace weir::cli
