#include "kafka/producer_settings.h"

namespace weir::kafka {
namespace {

// Long enough that the rows of one request are all there before the client sends by itself.
constexpr int kTrialLingerMs = 200;

const char* codec_name(record::Codec codec) {
  switch (codec) {
    case record::Codec::none:
      return "none";
    case record::Codec::gzip:
      return "gzip";
    case record::Codec::snappy:
      return "snappy";
    case record::Codec::lz4:
      return "lz4";
    case record::Codec::zstd:
      return "zstd";
  }
  return "none";
}

}  // namespace

Properties producer_defaults(const log::SinkOptions& options, std::size_t batch_bytes) {
  const auto linger = options.linger ? std::chrono::duration_cast<std::chrono::milliseconds>(*options.linger)
                                     : std::chrono::milliseconds(kLingerMs);
  Properties all = {{"linger.ms", std::to_string(linger.count())},
                    {"batch.size", std::to_string(batch_bytes)},
                    {"batch.num.messages", "1000000"},
                    {"message.max.bytes", "100000000"},  // the broker's own limit is the one that counts
                    {"message.timeout.ms", "120000"},
                    // A broker that comes back is used again within a second, instead of ten.
                    {"reconnect.backoff.max.ms", "1000"}};
  if (options.codec) all.emplace_back("compression.codec", codec_name(*options.codec));
  return all;
}

Properties producer_fixed(const log::SinkOptions& options, AfterGap after_gap) {
  const bool durable = options.durability == log::Durability::durable;
  const char* acks = durable ? "all" : options.durability == log::Durability::os ? "1" : "0";
  // The sink bounds what is in flight by itself, so the client's own queue never fills in the middle of a batch.
  Properties all = {{"acks", acks},
                    {"enable.idempotence", durable ? "true" : "false"},
                    {"enable.gapless.guarantee", durable && after_gap == AfterGap::stop ? "true" : "false"},
                    {"queue.buffering.max.messages", "10000000"},
                    {"queue.buffering.max.kbytes", "2097151"},
                    {"allow.auto.create.topics", "false"}};
  if (after_gap == AfterGap::go_on) all.emplace_back("linger.ms", std::to_string(kTrialLingerMs));
  return all;
}

}  // namespace weir::kafka
