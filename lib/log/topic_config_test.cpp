#include "log/topic_config.h"

#include <doctest/doctest.h>

using namespace weir::log;

TEST_CASE("without settings a topic has the defaults of its struct") {
  const TopicConfig filled = TopicConfig::from({});
  const TopicConfig plain;
  CHECK(filled.segment_bytes == plain.segment_bytes);
  CHECK(filled.segment_ms == plain.segment_ms);
  CHECK(filled.segment_index_bytes == plain.segment_index_bytes);
  CHECK(filled.index_interval_bytes == plain.index_interval_bytes);
  CHECK(filled.max_message_bytes == plain.max_message_bytes);
  CHECK(filled.retention_bytes == plain.retention_bytes);
  CHECK(filled.retention_ms == plain.retention_ms);
  CHECK(filled.file_delete_delay_ms == plain.file_delete_delay_ms);
  CHECK(filled.delete_retention_ms == plain.delete_retention_ms);
  CHECK(filled.min_compaction_lag_ms == plain.min_compaction_lag_ms);
  CHECK(filled.max_compaction_lag_ms == plain.max_compaction_lag_ms);
  CHECK(filled.timestamp_before_max_ms == plain.timestamp_before_max_ms);
  CHECK(filled.timestamp_after_max_ms == plain.timestamp_after_max_ms);
  CHECK(filled.min_cleanable_dirty_ratio == plain.min_cleanable_dirty_ratio);
  CHECK(filled.compact == plain.compact);
  CHECK(filled.delete_old == plain.delete_old);
  CHECK(filled.preallocate == plain.preallocate);
  CHECK(filled.compression == plain.compression);
  CHECK(filled.timestamps == plain.timestamps);
}

TEST_CASE("settings override the defaults") {
  const TopicConfig config = TopicConfig::from({{"cleanup.policy", "compact,delete"},
                                                {"compression.type", "zstd"},
                                                {"message.timestamp.type", "LogAppendTime"},
                                                {"min.cleanable.dirty.ratio", "0.25"},
                                                {"preallocate", "true"},
                                                {"segment.bytes", "4096"}});
  CHECK(config.compact);
  CHECK(config.delete_old);
  CHECK(config.compression == TopicConfig::Compression::zstd);
  CHECK(config.timestamps == TopicConfig::Timestamps::append_time);
  CHECK(config.min_cleanable_dirty_ratio == 0.25);
  CHECK(config.preallocate);
  CHECK(config.segment_bytes == 4096);
  CHECK(!TopicConfig::from({{"cleanup.policy", "compact"}}).delete_old);
}

TEST_CASE("every default of the table can be set") {
  for (const SettingInfo& info : known_settings()) {
    CAPTURE(info.name);
    CHECK(!setting_fault(info.name, info.default_value));
  }
}

TEST_CASE("every integer is held to its limits") {
  for (const SettingInfo& info : known_settings()) {
    if (info.type != SettingInfo::Type::integer) continue;
    CAPTURE(info.name);
    CHECK(!setting_fault(info.name, std::to_string(info.least)));
    CHECK(!setting_fault(info.name, std::to_string(info.most)));
    CHECK(setting_fault(info.name, std::to_string(info.least - 1)));
    if (info.most < INT64_MAX) CHECK(setting_fault(info.name, std::to_string(info.most + 1)));
    for (const char* bad : {"", "x", "1x", " 1", "1 ", "0x10", "1.5", "9223372036854775808"})
      CHECK(setting_fault(info.name, bad));
  }
}

TEST_CASE("a setting that cannot be says what is wrong") {
  CHECK(setting_fault("retention.msec", "1") ==
        "no setting is called 'retention.msec'; did you mean 'retention.ms'?");
  CHECK(setting_fault("colour", "red") == "no setting is called 'colour'");
  CHECK(setting_fault("segment.ms", "0") == "segment.ms=0 is below 1");
  CHECK(setting_fault("preallocate", "yes") == "preallocate=yes is neither true nor false");
  CHECK(setting_fault("compression.type", "brotli") ==
        "compression.type=brotli is not one of uncompressed, none, gzip, snappy, lz4, zstd, producer");
  CHECK(setting_fault("cleanup.policy", "delete,never") ==
        "cleanup.policy=delete,never is not a list of compact, delete");
  CHECK(setting_fault("cleanup.policy", ""));
  CHECK(setting_fault("min.cleanable.dirty.ratio", "1.5"));
  CHECK(setting_fault("min.cleanable.dirty.ratio", "nan"));
  CHECK(!setting_fault("cleanup.policy", "compact,delete"));
}
