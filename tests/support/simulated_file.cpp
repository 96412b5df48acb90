#include "support/simulated_file.h"

#include <algorithm>

namespace weir::testing {

std::string SimulatedFile::sector(const std::string& of, std::uint64_t number) const {
  const std::size_t from = static_cast<std::size_t>(number) * kSector;
  std::string bytes = from < of.size() ? of.substr(from, kSector) : std::string();
  bytes.resize(kSector, '\0');
  return bytes;
}

void SimulatedFile::remember(std::uint64_t first_byte, std::uint64_t end) {
  ++changes_;
  sizes_.emplace_back(changes_, cache_.size());
  for (std::uint64_t number = first_byte / kSector; number * kSector < end; ++number) {
    sectors_[number].push_back({changes_, sector(cache_, number)});
  }
}

void SimulatedFile::write(std::string_view bytes, std::uint64_t position) {
  if (bytes.empty()) return;
  const std::size_t at = static_cast<std::size_t>(position);
  if (cache_.size() < at + bytes.size()) cache_.resize(at + bytes.size(), '\0');
  cache_.replace(at, bytes.size(), bytes);
  remember(position, position + bytes.size());
}

void SimulatedFile::truncate(std::uint64_t size) {
  const std::size_t before = cache_.size();
  if (size == before) return;
  cache_.resize(static_cast<std::size_t>(size), '\0');
  // A shorter file zeroes what it cut off, should it grow again; a longer one has zeros there already.
  remember(size, size < before ? before : size);
}

void SimulatedFile::sync() {
  if (!dirty()) return;
  disk_.resize(cache_.size(), '\0');
  for (const auto& [number, versions] : sectors_) {
    const std::size_t from = static_cast<std::size_t>(number) * kSector;
    if (from < cache_.size()) disk_.replace(from, kSector, cache_, from, kSector);
  }
  sectors_.clear();
  sizes_.clear();
}

void SimulatedFile::fail_sync() {
  sectors_.clear();
  sizes_.clear();
}

void SimulatedFile::drop_clean() {
  for (std::uint64_t number = 0; number * kSector < cache_.size(); ++number) {
    if (sectors_.contains(number)) continue;
    const std::size_t from = static_cast<std::size_t>(number) * kSector;
    const std::size_t size = std::min(kSector, cache_.size() - from);
    cache_.replace(from, size, sector(disk_, number), 0, size);
  }
}

std::string SimulatedFile::rebuild(std::uint64_t size,
                                   const std::map<std::uint64_t, const std::string*>& kept) const {
  std::string content = disk_;
  for (const auto& [number, bytes] : kept) {
    const std::size_t from = static_cast<std::size_t>(number) * kSector;
    if (content.size() < from + kSector) content.resize(from + kSector, '\0');
    content.replace(from, kSector, *bytes);
  }
  content.resize(static_cast<std::size_t>(size), '\0');
  return content;
}

SimulatedFile SimulatedFile::after_power_cut(Random& random) const {
  std::uint64_t size = disk_.size();
  std::map<std::uint64_t, const std::string*> kept;
  // The newest version of a sector that is not newer than `change`.
  const auto keep_until = [&](std::uint64_t number, const std::vector<Version>& versions,
                              std::uint64_t change) {
    for (const Version& version : versions) {
      if (version.change <= change) kept[number] = &version.bytes;
    }
  };
  const std::size_t way = random.below(5);
  if (way == 0) {
    // Nothing arrived.
  } else if (way == 1) {
    size = cache_.size();
    for (const auto& [number, versions] : sectors_) keep_until(number, versions, changes_);
  } else if (way == 2) {
    // In order up to some change, and of the next one some sectors: a torn write.
    const std::uint64_t oldest = sizes_.empty() ? changes_ : sizes_.front().first - 1;
    const std::uint64_t last = oldest + random.below(static_cast<std::size_t>(changes_ - oldest) + 1);
    for (const auto& [change, then] : sizes_) {
      if (change <= last || (change == last + 1 && random.chance(50))) size = then;
    }
    for (const auto& [number, versions] : sectors_) {
      keep_until(number, versions, last + (random.chance(50) ? 1u : 0u));
    }
  } else {
    // In any order. Way 4: the newest size, so that what did not arrive reads as zeros.
    if (way == 4) {
      size = cache_.size();
    } else if (const std::size_t which = random.below(sizes_.size() + 1); which > 0) {
      size = sizes_[which - 1].second;
    }
    const unsigned arrived = 10 + 10 * static_cast<unsigned>(random.below(9));
    for (const auto& [number, versions] : sectors_) {
      if (random.chance(arrived)) kept[number] = &versions[random.below(versions.size())].bytes;
    }
  }
  SimulatedFile after;
  after.cache_ = after.disk_ = rebuild(size, kept);
  return after;
}

}  // namespace weir::testing
