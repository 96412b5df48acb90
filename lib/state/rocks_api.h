// RocksDB, opened when the first state goes to disk, so that a tool that needs none starts without it.
//
// Calls    rocks().rocksdb_NAME(...), with the meaning that RocksDB's own C header gives them.
// Errors   rocks() throws Error(Kind::usage), code "no_rocksdb", where the library or one of its functions is missing.
// Threads  as RocksDB; the table is made once.
#pragma once

#include <rocksdb/c.h>

namespace weir::state {

// clang-format off
#define WEIR_ROCKS_CALLS(CALL)                                \
  CALL(rocksdb_open)                                          \
  CALL(rocksdb_close)                                         \
  CALL(rocksdb_free)                                          \
  CALL(rocksdb_write)                                         \
  CALL(rocksdb_get_pinned)                                    \
  CALL(rocksdb_pinnableslice_destroy)                         \
  CALL(rocksdb_pinnableslice_value)                           \
  CALL(rocksdb_create_iterator)                               \
  CALL(rocksdb_iter_destroy)                                  \
  CALL(rocksdb_iter_get_error)                                \
  CALL(rocksdb_iter_key)                                      \
  CALL(rocksdb_iter_next)                                     \
  CALL(rocksdb_iter_seek)                                     \
  CALL(rocksdb_iter_valid)                                    \
  CALL(rocksdb_iter_value)                                    \
  CALL(rocksdb_writebatch_clear)                              \
  CALL(rocksdb_writebatch_create)                             \
  CALL(rocksdb_writebatch_delete)                             \
  CALL(rocksdb_writebatch_delete_range)                       \
  CALL(rocksdb_writebatch_destroy)                            \
  CALL(rocksdb_writebatch_put)                                \
  CALL(rocksdb_writeoptions_create)                           \
  CALL(rocksdb_writeoptions_destroy)                          \
  CALL(rocksdb_writeoptions_disable_WAL)                      \
  CALL(rocksdb_writeoptions_set_sync)                         \
  CALL(rocksdb_readoptions_create)                            \
  CALL(rocksdb_readoptions_destroy)                           \
  CALL(rocksdb_readoptions_set_fill_cache)                    \
  CALL(rocksdb_readoptions_set_iterate_upper_bound)           \
  CALL(rocksdb_options_create)                                \
  CALL(rocksdb_options_destroy)                               \
  CALL(rocksdb_options_set_arena_block_size)                  \
  CALL(rocksdb_options_set_block_based_table_factory)         \
  CALL(rocksdb_options_set_compression)                       \
  CALL(rocksdb_options_set_create_if_missing)                 \
  CALL(rocksdb_options_set_info_log_level)                    \
  CALL(rocksdb_options_set_keep_log_file_num)                 \
  CALL(rocksdb_options_set_manifest_preallocation_size)       \
  CALL(rocksdb_options_set_max_background_jobs)               \
  CALL(rocksdb_options_set_max_bytes_for_level_base)          \
  CALL(rocksdb_options_set_max_open_files)                    \
  CALL(rocksdb_options_set_max_write_buffer_number)           \
  CALL(rocksdb_options_set_memtable_prefix_bloom_size_ratio)  \
  CALL(rocksdb_options_set_memtable_whole_key_filtering)      \
  CALL(rocksdb_options_set_paranoid_checks)                   \
  CALL(rocksdb_options_set_skip_stats_update_on_db_open)      \
  CALL(rocksdb_options_set_stats_dump_period_sec)             \
  CALL(rocksdb_options_set_stats_persist_period_sec)          \
  CALL(rocksdb_options_set_target_file_size_base)             \
  CALL(rocksdb_options_set_wal_recovery_mode)                 \
  CALL(rocksdb_options_set_write_buffer_size)                 \
  CALL(rocksdb_block_based_options_create)                    \
  CALL(rocksdb_block_based_options_destroy)                   \
  CALL(rocksdb_block_based_options_set_block_cache)           \
  CALL(rocksdb_block_based_options_set_block_size)            \
  CALL(rocksdb_block_based_options_set_cache_index_and_filter_blocks) \
  CALL(rocksdb_block_based_options_set_index_type)            \
  CALL(rocksdb_block_based_options_set_metadata_block_size)   \
  CALL(rocksdb_block_based_options_set_partition_filters)     \
  CALL(rocksdb_block_based_options_set_pin_top_level_index_and_filter)\
  CALL(rocksdb_block_based_options_set_filter_policy)         \
  CALL(rocksdb_block_based_options_set_format_version)        \
  CALL(rocksdb_cache_create_lru)                              \
  CALL(rocksdb_cache_destroy)                                 \
  CALL(rocksdb_filterpolicy_create_bloom_full)
// clang-format on

struct Rocks {
#define WEIR_ROCKS_MEMBER(name) decltype(&::name) name = nullptr;
  WEIR_ROCKS_CALLS(WEIR_ROCKS_MEMBER)
#undef WEIR_ROCKS_MEMBER
};

const Rocks& rocks();

}  // namespace weir::state
