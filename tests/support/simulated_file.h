// What one file looks like to processes, and what of it the disk holds: the page cache in sectors of 512
// bytes.
//
// A sector that was written since the last sync may, after a power cut, hold any of the contents it had since
// then, independently of every other sector; the size likewise. That covers writes that are lost, reordered
// or torn, and extensions that come back as zeros. A sector is never half old and half new, as disks promise.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/random.h"

namespace weir::testing {

class SimulatedFile {
 public:
  static constexpr std::size_t kSector = 512;

  SimulatedFile() = default;
  explicit SimulatedFile(std::string_view on_disk) : cache_(on_disk), disk_(on_disk) {}

  void write(std::string_view bytes, std::uint64_t position);
  void truncate(std::uint64_t size);
  const std::string& cached() const { return cache_; }
  bool dirty() const { return !sizes_.empty(); }

  void sync();       // all that was written is on the disk
  void fail_sync();  // as Linux does after an I/O error: nothing written, pages marked clean, so a later sync
                     // skips them
  void drop_clean();  // clean pages are forgotten and come from the disk when read next

  // What a reader finds after the power came back.
  SimulatedFile after_power_cut(Random& random) const;

 private:
  struct Version {
    std::uint64_t change;  // number of the change that made it
    std::string bytes;     // kSector of them
  };

  std::string sector(const std::string& of, std::uint64_t number) const;
  void remember(std::uint64_t first_byte, std::uint64_t end);
  std::string rebuild(std::uint64_t size, const std::map<std::uint64_t, const std::string*>& kept) const;

  std::string cache_, disk_;
  // Since the last sync: each sector's contents and each size, oldest first.
  std::map<std::uint64_t, std::vector<Version>> sectors_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes_;  // change, size
  std::uint64_t changes_ = 0;
};

}  // namespace weir::testing
