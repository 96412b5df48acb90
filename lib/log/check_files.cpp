#include "log/check_files.h"

#include "base/byte_order.h"
#include "base/error.h"
#include "base/file.h"
#include "log/create_partition.h"
#include "log/epoch_checkpoint.h"
#include "log/format.h"
#include "log/producer_snapshot.h"
#include "log/side_file.h"

namespace weir::log {
namespace {

using base::File;

// A file that a live process writes in place may be seen half written: what is wrong has to be wrong several times.
constexpr int kLooks = 8;

// Nothing else reads these files: the batches themselves say what was aborted.
constexpr std::string_view kTransactionIndexSuffix = ".txnindex";

void damage(const FilesToCheck& files, const std::string& path, std::uint64_t position, std::uint64_t bytes,
            const std::string& why) {
  files.tell({Finding::Weight::damage, path, position, bytes, base::kNoOffset, base::kNoOffset, why});
}

void check_side_file(const FilesToCheck& files) {
  const std::string path = files.folder + "/" + std::string(kSideFileName);
  std::vector<SideFileFault> faults;
  for (int look = 0; look < kLooks; ++look) {
    std::string bytes;
    if (!File::read_whole(files.sys, path, &bytes)) return;
    faults = side_file_faults(bytes);
    if (faults.empty()) return;
  }
  for (const SideFileFault& fault : faults) damage(files, path, fault.position, fault.bytes, fault.why);
}

void check_snapshots(const FilesToCheck& files) {
  for (const base::Offset at : list_segments(files.sys, files.folder, kSnapshotSuffix)) {
    const std::string path = segment_path(files.folder, at, kSnapshotSuffix);
    std::string bytes;
    bool good = false;
    for (int look = 0; look < kLooks && !good; ++look) {
      good = !File::read_whole(files.sys, path, &bytes) || decode_snapshot(bytes).has_value();
    }
    if (!good) damage(files, path, 0, bytes.size(), "producer snapshot does not match its checksum");
  }
}

// 34 bytes an entry: int16 version 0, int64 producer id, first offset, last offset, last stable offset. Ascending.
void check_transaction_indexes(const FilesToCheck& files) {
  constexpr std::size_t kEntryBytes = 34;
  for (const base::Offset base : list_segments(files.sys, files.folder, kTransactionIndexSuffix)) {
    const std::string path = segment_path(files.folder, base, kTransactionIndexSuffix);
    std::string bytes;
    if (!File::read_whole(files.sys, path, &bytes)) continue;
    std::int64_t before = -1;
    std::size_t at = 0;
    for (; at + kEntryBytes <= bytes.size(); at += kEntryBytes) {
      const char* entry = bytes.data() + at;
      const auto first = base::load_be<std::int64_t>(entry + 10);
      const auto last = base::load_be<std::int64_t>(entry + 18);
      const bool good = base::load_be<std::int16_t>(entry) == 0 &&
                        base::load_be<std::int64_t>(entry + 2) >= 0 && first >= 0 && first <= last &&
                        last > before && base::load_be<std::int64_t>(entry + 26) >= 0;
      if (!good) damage(files, path, at, kEntryBytes, "impossible entry of a transaction index");
      before = last;
    }
    if (at < bytes.size())
      damage(files, path, at, bytes.size() - at, "transaction index ends within an entry");
  }
}

void check_text_files(const FilesToCheck& files) {
  const std::string epochs = files.folder + "/" + std::string(kEpochCheckpointName);
  std::string text;
  if (File::read_whole(files.sys, epochs, &text) && !EpochCheckpoint::parse(text))
    damage(files, epochs, 0, text.size(), "leader epochs cannot be read");
  try {
    read_topic_id(files.sys, files.folder);
  } catch (const base::Error& error) {
    if (error.code() != "corrupt_metadata") throw;
    damage(files, files.folder + "/" + std::string(kPartitionMetadataName), 0, 0, "holds no topic id");
  }
}

}  // namespace

void check_small_files(const FilesToCheck& files) {
  check_side_file(files);
  check_snapshots(files);
  check_transaction_indexes(files);
  check_text_files(files);
}

}  // namespace weir::log
