#include "log/network_fs.h"

#include <array>
#include <cstdint>

#include "base/error.h"

namespace weir::log {
namespace {

struct FileSystem {
  std::int64_t magic;
  const char* name;
};

// f_type of statfs(2), from linux/magic.h and the file systems' own sources.
constexpr std::array kRefused{
    FileSystem{0x6969, "NFS"},       FileSystem{0xff534d42, "SMB"},    FileSystem{0xfe534d42, "SMB"},
    FileSystem{0x517b, "SMB"},       FileSystem{0x65735546, "FUSE"},   FileSystem{0x01021997, "9p"},
    FileSystem{0x5346414f, "AFS"},   FileSystem{0x6b414653, "AFS"},    FileSystem{0x00c36400, "Ceph"},
    FileSystem{0x73757245, "Coda"},  FileSystem{0x564c, "NCP"},        FileSystem{0x7461636f, "OCFS2"},
    FileSystem{0x01161970, "GFS2"},  FileSystem{0x0bd00bd0, "Lustre"}, FileSystem{0x47504653, "GPFS"},
    FileSystem{0xaad7aaea, "PanFS"},
};

}  // namespace

void refuse_network_fs(base::Sys& sys, const std::string& directory) {
  std::int64_t type = 0;
  if (sys.filesystem(directory, &type) < 0) return;  // what cannot be asked is found out by the first write
  type &= 0xffffffff;
  for (const FileSystem& refused : kRefused) {
    if (type != refused.magic) continue;
    throw base::Error(base::Kind::io, "cannot write a log to " + directory + ": it is on " + refused.name +
                                          ", which does not keep locks and syncs as a local disk does")
        .hint("use a directory on a local disk: -b DIR")
        .code("network_fs");
  }
}

}  // namespace weir::log
