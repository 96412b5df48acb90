#include "log/segment_scan.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/byte_order.h"

namespace weir::log {
namespace {

constexpr std::size_t kReadBytesMin = 4096;
constexpr std::size_t kReadBytesMax = 256u << 10;
constexpr std::size_t kMagicAt = 16;

// Whether the length and the fields that have few possible values look like a batch that ends at `room` or before.
bool plausible(const char* at, std::uint64_t room) {
  if (at[kMagicAt] != record::kMagic) return false;
  const auto length = base::load_be<std::int32_t>(at + 8);
  if (length < static_cast<std::int32_t>(record::kBatchHeaderBytes - record::kLengthCountsFrom)) return false;
  if (record::kLengthCountsFrom + static_cast<std::uint64_t>(length) > room) return false;
  return at[0] >= 0 && at[21] == 0 && at[23] >= 0 && at[57] >= 0;  // offset, attributes, delta and count
}

}  // namespace

bool SegmentScan::have(std::uint64_t position, std::size_t bytes) {
  const std::uint64_t window_end = window_at_ + window_.size();
  if (position >= window_at_ && position + bytes <= window_end) return true;
  if (position + bytes > to_) return false;
  // Batches that follow one another within one read are small: read more at once. A jump means large ones.
  const bool within = window_.size() > 0 && position >= window_at_ && position <= window_end;
  read_bytes_ = within ? std::min(read_bytes_ * 4, kReadBytesMax) : kReadBytesMin;
  if (check_ == Check::whole) read_bytes_ = kReadBytesMax;
  std::size_t kept = 0;
  if (within) {
    kept = static_cast<std::size_t>(window_end - position);
    std::memmove(window_.data(), window_.end() - kept, kept);
  }
  const std::uint64_t want = std::min<std::uint64_t>(std::max(bytes, read_bytes_), to_ - position);
  window_.resize(static_cast<std::size_t>(want));
  window_at_ = position;
  const std::size_t got = kept >= want ? 0
                                       : file_.pread(window_.data() + kept,
                                                     static_cast<std::size_t>(want) - kept, position + kept);
  window_.resize(kept + got);
  return kept + got >= bytes;
}

SegmentScan::Step SegmentScan::next() {
  position_ = next_;
  bytes_ = {};
  if (position_ >= to_) return Step::end;
  if (!have(position_, record::kBatchHeaderBytes)) {
    fault_ = {"batch is cut off", 0};
    return Step::bad;
  }
  const char* at = window_.data() + (position_ - window_at_);
  const record::Frame found = record::frame({at, record::kBatchHeaderBytes});
  if (found.state == record::Frame::State::bad) {
    fault_ = found.fault;
    return Step::bad;
  }
  if (found.bytes > to_ - position_ || (check_ == Check::whole && !have(position_, found.bytes))) {
    fault_ = {"batch is cut off", 0};
    return Step::bad;
  }
  at = window_.data() + (position_ - window_at_);
  header_ = record::BatchHeader::read(at);
  if (check_ == Check::whole) {
    record::BatchView view;
    if ((fault_ = view.open({at, found.bytes}))) return Step::bad;
    bytes_ = {at, found.bytes};
  } else if (header_.base_offset < 0 || header_.last_offset_delta < 0) {
    fault_ = {"impossible offsets", 0};
    return Step::bad;
  }
  next_ = position_ + found.bytes;
  return Step::batch;
}

base::File open_segment(base::Sys& sys, const std::string& path) {
  return base::File::open(sys, path, base::File::Mode::read);
}

std::optional<FoundBatch> find_batch(const base::File& file, std::uint64_t from, std::uint64_t to) {
  constexpr std::size_t kStep = 256u << 10;
  base::Buffer window, whole;
  while (from < to && to - from >= record::kBatchHeaderBytes) {
    const std::uint64_t want = std::min<std::uint64_t>(kStep + record::kBatchHeaderBytes, to - from);
    window.resize(static_cast<std::size_t>(want));
    const std::size_t got = file.pread(window.data(), window.size(), from);
    if (got < record::kBatchHeaderBytes) return std::nullopt;
    const std::size_t starts = got - record::kBatchHeaderBytes + 1;
    for (std::size_t i = 0; i < starts;) {
      // memchr passes over zeros and text at the speed of memory.
      const void* magic = std::memchr(window.data() + i + kMagicAt, record::kMagic, starts - i);
      if (magic == nullptr) break;
      i = static_cast<std::size_t>(static_cast<const char*>(magic) - window.data()) - kMagicAt;
      const char* at = window.data() + i;
      if (plausible(at, to - from - i)) {
        const std::size_t bytes = record::BatchHeader::read(at).batch_bytes();
        if (bytes <= record::kMaxBatchBytes) {
          whole.resize(bytes);
          record::BatchView view;
          if (file.pread(whole.data(), bytes, from + i) == bytes && !view.open(whole.view())) {
            return FoundBatch{from + i, view.header()};
          }
        }
      }
      ++i;
    }
    from += starts;
  }
  return std::nullopt;
}

std::optional<record::BatchHeader> header_at(const base::File& file, std::uint64_t position,
                                             std::uint64_t to) {
  char bytes[record::kBatchHeaderBytes];
  if (position >= to || to - position < sizeof bytes) return std::nullopt;
  if (file.pread(bytes, sizeof bytes, position) < sizeof bytes) return std::nullopt;
  if (!plausible(bytes, to - position)) return std::nullopt;
  return record::BatchHeader::read(bytes);
}

}  // namespace weir::log
