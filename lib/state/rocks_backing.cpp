#include "state/rocks_backing.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "state/rocks_api.h"

namespace weir::state {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t kWriteBuffer = 4u << 20, kCache = 4u << 20, kBlock = 8u << 10;

// Takes the text that RocksDB made, which is all that its C calls say about an error.
[[noreturn]] void fail(const std::string& folder, const std::string& text) {
  if (text.starts_with("Corruption") || text.find("orruption:") != std::string::npos) {
    throw Error(Kind::io, "the state in " + folder + " is damaged: " + text)
        .hint("start again without it: remove " + folder)
        .code("damaged_state");
  }
  if (text.find(std::strerror(ENOSPC)) != std::string::npos) {
    throw Error(Kind::io, base::errno_words(ENOSPC) + " writing the state in " + folder).code("disk_full");
  }
  throw Error(Kind::io, "the state in " + folder + " cannot be read or written: " + text).code("state_io");
}

// Hands a char** to a call and throws what it leaves there.
class Complaint {
 public:
  explicit Complaint(const std::string& folder) : folder_(folder) {}
  Complaint(const Complaint&) = delete;
  ~Complaint() { rocks().rocksdb_free(text_); }
  char** place() { return &text_; }
  void check() const {
    if (text_ != nullptr) fail(folder_, text_);
  }

 private:
  const std::string& folder_;
  char* text_ = nullptr;
};

template <typename Thing>
using Owned = std::unique_ptr<Thing, void (*)(Thing*)>;

Owned<rocksdb_options_t> options() {
  const Rocks& r = rocks();
  Owned<rocksdb_options_t> made(r.rocksdb_options_create(), r.rocksdb_options_destroy);
  rocksdb_options_t* const o = made.get();
  r.rocksdb_options_set_create_if_missing(o, 1);
  r.rocksdb_options_set_paranoid_checks(o, 1);
  r.rocksdb_options_set_wal_recovery_mode(o, 2);  // up to the first record that is not whole
  r.rocksdb_options_set_write_buffer_size(o, kWriteBuffer);
  r.rocksdb_options_set_arena_block_size(o, 256u << 10);
  r.rocksdb_options_set_max_write_buffer_number(o, 2);
  // Most keys that are looked for and not there are new.
  r.rocksdb_options_set_memtable_prefix_bloom_size_ratio(o, 0.1);
  r.rocksdb_options_set_memtable_whole_key_filtering(o, 1);
  r.rocksdb_options_set_target_file_size_base(o, 16u << 20);
  r.rocksdb_options_set_max_bytes_for_level_base(o, 64u << 20);
  r.rocksdb_options_set_max_background_jobs(o, 2);
  r.rocksdb_options_set_max_open_files(o, 128);
  r.rocksdb_options_set_compression(o, rocksdb_lz4_compression);
  r.rocksdb_options_set_manifest_preallocation_size(o, 64u << 10);
  r.rocksdb_options_set_skip_stats_update_on_db_open(o, 1);
  r.rocksdb_options_set_stats_dump_period_sec(o, 0);
  r.rocksdb_options_set_stats_persist_period_sec(o, 0);
  r.rocksdb_options_set_info_log_level(o, 4);  // none but the fatal
  r.rocksdb_options_set_keep_log_file_num(o, 1);

  const Owned<rocksdb_block_based_table_options_t> table(r.rocksdb_block_based_options_create(),
                                                         r.rocksdb_block_based_options_destroy);
  const Owned<rocksdb_cache_t> cache(r.rocksdb_cache_create_lru(kCache), r.rocksdb_cache_destroy);
  r.rocksdb_block_based_options_set_block_cache(table.get(), cache.get());
  r.rocksdb_block_based_options_set_block_size(table.get(), kBlock);
  r.rocksdb_block_based_options_set_format_version(table.get(), 5);
  r.rocksdb_block_based_options_set_cache_index_and_filter_blocks(table.get(), 1);
  // In parts, of which the cache holds those that are used: whole ones of large files are 350 KB each, and once the cache
  // has no room for all, every lookup reads one again.
  r.rocksdb_block_based_options_set_index_type(table.get(),
                                               rocksdb_block_based_table_index_type_two_level_index_search);
  r.rocksdb_block_based_options_set_partition_filters(table.get(), 1);
  r.rocksdb_block_based_options_set_metadata_block_size(table.get(), kBlock);
  r.rocksdb_block_based_options_set_pin_top_level_index_and_filter(table.get(), 1);
  r.rocksdb_block_based_options_set_filter_policy(table.get(), r.rocksdb_filterpolicy_create_bloom_full(10));
  r.rocksdb_options_set_block_based_table_factory(o, table.get());
  return made;
}

class RocksScan final : public Backing::Scan {
 public:
  RocksScan(rocksdb_t* db, const std::string& folder, std::string_view from, std::string_view to)
      : folder_(folder),
        to_(to),
        options_(rocks().rocksdb_readoptions_create(), rocks().rocksdb_readoptions_destroy) {
    const Rocks& r = rocks();
    r.rocksdb_readoptions_set_fill_cache(options_.get(), 0);
    r.rocksdb_readoptions_set_iterate_upper_bound(options_.get(), to_.data(), to_.size());
    at_ = r.rocksdb_create_iterator(db, options_.get());
    r.rocksdb_iter_seek(at_, from.data(), from.size());
  }
  ~RocksScan() override { rocks().rocksdb_iter_destroy(at_); }

  bool next() override {
    if (started_) rocks().rocksdb_iter_next(at_);
    started_ = true;
    if (rocks().rocksdb_iter_valid(at_) != 0) return true;
    Complaint complaint(folder_);
    rocks().rocksdb_iter_get_error(at_, complaint.place());
    complaint.check();
    return false;
  }
  std::string_view key() const override {
    std::size_t size = 0;
    const char* const data = rocks().rocksdb_iter_key(at_, &size);
    return {data, size};
  }
  std::string_view value() const override {
    std::size_t size = 0;
    const char* const data = rocks().rocksdb_iter_value(at_, &size);
    return {data, size};
  }

 private:
  const std::string& folder_;
  const std::string to_;  // borrowed by options_
  Owned<rocksdb_readoptions_t> options_;
  rocksdb_iterator_t* at_;
  bool started_ = false;
};

// A folder, which may go with its object.
struct Folder {
  Folder(std::string its_path, Lifetime its_lifetime) : path(std::move(its_path)), lifetime(its_lifetime) {}
  Folder(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;  // what cannot be removed is left
    if (lifetime == Lifetime::passing) std::filesystem::remove_all(path, ignored);
  }
  const std::string path;
  const Lifetime lifetime;
};

class RocksBacking final : public Backing {
 public:
  RocksBacking(std::string folder, Lifetime lifetime)
      : of_backing_(std::move(folder), lifetime),
        folder_(of_backing_.path),
        read_(rocks().rocksdb_readoptions_create(), rocks().rocksdb_readoptions_destroy),
        visible_(rocks().rocksdb_writeoptions_create(), rocks().rocksdb_writeoptions_destroy),
        durable_(rocks().rocksdb_writeoptions_create(), rocks().rocksdb_writeoptions_destroy),
        batch_(rocks().rocksdb_writebatch_create(), rocks().rocksdb_writebatch_destroy) {
    const Rocks& r = rocks();
    if (lifetime == Lifetime::passing) {
      r.rocksdb_writeoptions_disable_WAL(visible_.get(), 1);
    } else {
      r.rocksdb_writeoptions_set_sync(durable_.get(), 1);
    }
    base::Sys& sys = base::real_sys();
    base::File::make_directory(sys, folder_);
    // RocksDB makes files at any time and on its own threads, readable for all: the mask is what keeps them ours.
    ::umask(0077);
    Complaint complaint(folder_);
    db_ = r.rocksdb_open(options().get(), folder_.c_str(), complaint.place());
    complaint.check();
    base::File::remove(sys, folder_ + "/LOG");  // it cannot be told to write none
  }
  ~RocksBacking() override {
    if (db_ != nullptr) rocks().rocksdb_close(db_);
  }

  bool get(std::string_view key, base::Buffer& value) override {
    Complaint complaint(folder_);
    const Owned<rocksdb_pinnableslice_t> found(
        rocks().rocksdb_get_pinned(db_, read_.get(), key.data(), key.size(), complaint.place()),
        rocks().rocksdb_pinnableslice_destroy);
    complaint.check();
    if (found == nullptr) return false;
    std::size_t size = 0;
    const char* const data = rocks().rocksdb_pinnableslice_value(found.get(), &size);
    value.clear();
    value.append(data, size);
    return true;
  }

  void put(std::string_view key, std::string_view value) override {
    rocks().rocksdb_writebatch_put(batch_.get(), key.data(), key.size(), value.data(), value.size());
    gathered_ += key.size() + value.size();
  }
  void erase(std::string_view key) override {
    rocks().rocksdb_writebatch_delete(batch_.get(), key.data(), key.size());
    gathered_ += key.size();
  }
  void erase_range(std::string_view from, std::string_view to) override {
    rocks().rocksdb_writebatch_delete_range(batch_.get(), from.data(), from.size(), to.data(), to.size());
    gathered_ += from.size() + to.size();
  }
  std::size_t gathered_bytes() const override { return gathered_; }
  void commit(Commit how) override {
    Complaint complaint(folder_);
    rocks().rocksdb_write(db_, (how == Commit::durable ? durable_ : visible_).get(), batch_.get(),
                          complaint.place());
    complaint.check();
    rocks().rocksdb_writebatch_clear(batch_.get());
    gathered_ = 0;
  }
  std::unique_ptr<Scan> scan(std::string_view from, std::string_view to) override {
    return std::make_unique<RocksScan>(db_, folder_, from, to);
  }

 private:
  const Folder of_backing_;
  const std::string& folder_;
  rocksdb_t* db_ = nullptr;
  Owned<rocksdb_readoptions_t> read_;
  Owned<rocksdb_writeoptions_t> visible_, durable_;
  Owned<rocksdb_writebatch_t> batch_;
  std::size_t gathered_ = 0;
};

}  // namespace

std::unique_ptr<Backing> open_rocks(const std::string& folder, Lifetime lifetime) {
  return std::make_unique<RocksBacking>(folder, lifetime);
}

}  // namespace weir::state
