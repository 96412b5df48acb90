// A place on disk that is a map, which can fail, and which can be left as a crash leaves it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "state/backing.h"

namespace weir::state {

// What outlives a crash: every batch that was committed, in order.
struct MapDisk {
  using Content = std::map<std::string, std::string>;
  using Batch = std::vector<std::function<void(Content&)>>;

  Content content;
  std::vector<Batch> unsynced;  // those behind the last durable one, applied to `content` as well
  Content synced;               // as of the last durable one
  std::size_t commits = 0;
  std::size_t fail_at = SIZE_MAX;  // the number of the commit for which there is no room

  // The first `kept` batches behind the last durable one reached the disk.
  void crash(std::size_t kept) {
    content = synced;
    for (std::size_t i = 0; i < kept && i < unsynced.size(); ++i) {
      for (const auto& change : unsynced[i]) change(content);
    }
    synced = content;
    unsynced.clear();
  }
};

class MapBacking final : public Backing {
 public:
  explicit MapBacking(MapDisk& disk) : disk_(disk) {}

  bool get(std::string_view key, base::Buffer& value) override {
    const auto found = disk_.content.find(std::string(key));
    if (found == disk_.content.end()) return false;
    value.clear();
    value.append(found->second);
    return true;
  }
  void put(std::string_view key, std::string_view value) override {
    gather(key.size() + value.size(),
           [key = std::string(key), value = std::string(value)](MapDisk::Content& to) { to[key] = value; });
  }
  void erase(std::string_view key) override {
    gather(key.size(), [key = std::string(key)](MapDisk::Content& to) { to.erase(key); });
  }
  void erase_range(std::string_view from, std::string_view to) override {
    gather(from.size(), [from = std::string(from), to = std::string(to)](MapDisk::Content& in) {
      in.erase(in.lower_bound(from), in.lower_bound(to));
    });
  }
  std::size_t gathered_bytes() const override { return gathered_; }
  void commit(Commit how) override {
    if (disk_.commits++ == disk_.fail_at) {
      throw base::Error(base::Kind::io, "disk full writing the state").code("disk_full");
    }
    for (const auto& change : batch_) change(disk_.content);
    disk_.unsynced.push_back(std::exchange(batch_, {}));
    gathered_ = 0;
    if (how == Commit::visible) return;
    disk_.synced = disk_.content;
    disk_.unsynced.clear();
  }
  std::unique_ptr<Scan> scan(std::string_view from, std::string_view to) override {
    return std::make_unique<MapScan>(MapDisk::Content(disk_.content.lower_bound(std::string(from)),
                                                      disk_.content.lower_bound(std::string(to))));
  }

 private:
  class MapScan final : public Scan {
   public:
    explicit MapScan(MapDisk::Content content) : content_(std::move(content)), at_(content_.end()) {}
    bool next() override {
      at_ = started_ ? std::next(at_) : content_.begin();
      started_ = true;
      return at_ != content_.end();
    }
    std::string_view key() const override { return at_->first; }
    std::string_view value() const override { return at_->second; }

   private:
    const MapDisk::Content content_;
    MapDisk::Content::const_iterator at_;
    bool started_ = false;
  };

  void gather(std::size_t bytes, std::function<void(MapDisk::Content&)> change) {
    batch_.push_back(std::move(change));
    gathered_ += bytes + 1;
  }

  MapDisk& disk_;
  MapDisk::Batch batch_;
  std::size_t gathered_ = 0;
};

}  // namespace weir::state
