#include "log/epoch_checkpoint.h"

#include <charconv>

#include "base/file.h"
#include "log/format.h"

namespace weir::log {
namespace {

// Takes a whole decimal number and the one character behind it off the front.
template <typename Number>
bool take(std::string_view& text, char behind, Number* to) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *to);
  if (parsed.ec != std::errc() || parsed.ptr == text.data() + text.size() || *parsed.ptr != behind)
    return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()) + 1);
  return true;
}

}  // namespace

std::optional<EpochCheckpoint> EpochCheckpoint::parse(std::string_view text) {
  int version = -1;
  std::size_t count = 0;
  if (!take(text, '\n', &version) || version != 0 || !take(text, '\n', &count)) return std::nullopt;
  EpochCheckpoint checkpoint;
  while (!text.empty()) {
    Entry entry{};
    if (!take(text, ' ', &entry.epoch) || !take(text, '\n', &entry.start.value)) return std::nullopt;
    if (!checkpoint.entries_.empty()) {
      const Entry& before = checkpoint.entries_.back();
      if (entry.epoch <= before.epoch || entry.start < before.start) return std::nullopt;
    }
    checkpoint.entries_.push_back(entry);
  }
  if (checkpoint.entries_.size() != count) return std::nullopt;
  return checkpoint;
}

std::optional<EpochCheckpoint> EpochCheckpoint::load(base::Sys& sys, const std::string& folder) {
  std::string text;
  if (!base::File::read_whole(sys, folder + "/" + std::string(kEpochCheckpointName), &text))
    return std::nullopt;
  return parse(text);
}

std::optional<std::int32_t> EpochCheckpoint::epoch_of(base::Offset offset) const {
  std::optional<std::int32_t> epoch;
  for (const Entry& entry : entries_) {
    if (entry.start <= offset) epoch = entry.epoch;
  }
  return epoch;
}

}  // namespace weir::log
