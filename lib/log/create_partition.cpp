#include "log/create_partition.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "base/error.h"
#include "base/file.h"
#include "log/epoch_checkpoint.h"
#include "log/format.h"
#include "log/side_file.h"

namespace weir::log {
namespace {

using base::Error;
using base::File;

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kTopicIdLength = 22;
constexpr std::string_view kMetadataHead = "version: 0\ntopic_id: ";

std::array<unsigned char, 16> random_bytes() {
  std::array<unsigned char, 16> bytes{};
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::getrandom(bytes.data() + done, bytes.size() - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(base::Kind::io, "cannot get random bytes: " + base::errno_words(errno));
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::array<unsigned char, 16> uuid_bytes() {
  auto bytes = random_bytes();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);  // the usual variant
  return bytes;
}

std::string url_base64(const std::array<unsigned char, 16>& bytes) {
  std::string text;
  unsigned bits = 0;
  int held = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) text += kAlphabet[bits >> (held - 6) & 63];
  }
  text += kAlphabet[bits << (6 - held) & 63];
  return text;
}

bool is_topic_id(std::string_view text) {
  return text.size() == kTopicIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return std::string_view(kAlphabet).find(c) != std::string_view::npos;
         });
}

std::string parent_of(std::string folder) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  const std::size_t slash = folder.rfind('/');
  return slash == std::string::npos ? "." : folder.substr(0, slash + 1);
}

// Without a sync of the folder, which comes last.
void put_file(base::Sys& sys, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  {
    File file = File::open(sys, temporary, File::Mode::create);
    file.truncate(0);
    file.pwrite(bytes, 0);
    file.sync();
  }
  File::rename(sys, temporary, path);
}

}  // namespace

std::string random_uuid() {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : uuid_bytes()) text += {kHex[byte >> 4], kHex[byte & 15]};
  return text;
}

std::string random_topic_id() {
  for (;;) {
    std::string id = url_base64(uuid_bytes());
    if (id[0] != '-') return id;  // Kafka's tools would take it for an option
  }
}

std::string read_topic_id(base::Sys& sys, const std::string& folder) {
  const std::string path = folder + "/" + std::string(kPartitionMetadataName);
  std::string text;
  if (!File::read_whole(sys, path, &text)) return {};
  std::string_view rest = text;
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  if (rest.starts_with(kMetadataHead) && is_topic_id(rest.substr(kMetadataHead.size()))) {
    return std::string(rest.substr(kMetadataHead.size()));
  }
  throw Error(base::Kind::io, path + " does not hold a topic id").code("corrupt_metadata");
}

// The names of the folder and of the log directory. The second may have been made, by somebody who was killed before
// it could be synced; that it cannot be opened says that it is not ours.
void sync_parents(base::Sys& sys, const std::string& folder) {
  const std::string directory = parent_of(folder);
  File::open_directory(sys, directory).sync();
  if (directory == "." || directory == "/") return;
  File above;
  try {
    above = File::open_directory(sys, parent_of(directory));
  } catch (const Error&) {
    return;
  }
  try {
    above.sync();
  } catch (const Error& error) {
    throw Error(base::Kind::io, "cannot make sure that " + directory + " is on the disk: " + error.what());
  }
}

bool create_partition(base::Sys& sys, base::Clock& clock, const Host& host, const std::string& folder,
                      std::string_view topic_id, FolderEntry entry) {
  File::make_directory(sys, folder);
  SideFile side = SideFile::create(sys, folder);
  side.lock(clock, std::chrono::seconds(10), host);  // given back with the file
  const std::vector<base::Offset> segments = list_segments(sys, folder);
  // The slots come last, so a valid one means that all the rest is there and synced.
  if (side.read() && !segments.empty()) return false;
  const base::Offset first{0};
  if (!segments.empty()) {
    const bool ours = segments.size() == 1 && segments[0] == first &&
                      File::open(sys, segment_path(folder, first, kLogSuffix), File::Mode::read).size() == 0;
    if (!ours) return false;  // Kafka's; PartitionLog::open looks at it closely
  }
  if (!File::exists(sys, folder + "/" + std::string(kPartitionMetadataName))) {
    put_file(sys, folder + "/" + std::string(kPartitionMetadataName),
             std::string(kMetadataHead).append(topic_id) + "\n");
  }
  if (!File::exists(sys, folder + "/" + std::string(kEpochCheckpointName))) {
    put_file(sys, folder + "/" + std::string(kEpochCheckpointName), kFirstEpochCheckpoint);
  }
  for (const std::string_view suffix : {kLogSuffix, kIndexSuffix, kTimeIndexSuffix}) {
    File::open(sys, segment_path(folder, first, suffix),
               File::Mode::create);  // empty: its name is all there is
  }
  side.fill();
  side.sync();
  File::open_directory(sys, folder).sync();
  if (entry == FolderEntry::synced) sync_parents(sys, folder);
  Ends ends;
  ends.boot = host.boot;
  ends.sequence = side.write(ends);
  side.write(ends);  // both slots, so that one is left whatever tears
  side.sync();
  return true;
}

}  // namespace weir::log
