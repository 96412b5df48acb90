#include "cli/file_mark.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/crc32c.h"

namespace weir::cli {
namespace {

constexpr std::size_t kLooked = 4096;

std::uint32_t checksum(int fd, const char* name, std::uint64_t from, std::size_t size) {
  std::array<char, kLooked> bytes;
  std::size_t got = 0;
  while (got < size) {
    const ssize_t more = ::pread(fd, bytes.data() + got, size - got, static_cast<off_t>(from + got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) {
      throw base::Error(base::Kind::io, "cannot read " + std::string(name) + ": " + base::errno_words(errno));
    }
    if (more == 0) break;  // shorter than it should be: another checksum
    got += static_cast<std::size_t>(more);
  }
  return record::crc32c(std::string_view(bytes.data(), got));
}

}  // namespace

FileMark FileMark::of(int fd, const char* name, std::uint64_t length) {
  const std::size_t looked = std::min<std::uint64_t>(length, kLooked);
  return {length, checksum(fd, name, 0, looked), checksum(fd, name, length - looked, looked)};
}

void FileMark::save(state::Writer& to) const {
  to.number(length);
  to.number(head);
  to.number(tail);
}

void FileMark::load(state::Reader& from) {
  length = from.number();
  head = from.number_of<std::uint32_t>();
  tail = from.number_of<std::uint32_t>();
}

}  // namespace weir::cli
