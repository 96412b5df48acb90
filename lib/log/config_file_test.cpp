#include "log/config_file.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace weir;
using namespace weir::log;

namespace {

const ConfigFile kExample{{"orders", {{"retention.ms", "86400000"}, {"segment.bytes", "1048576"}}},
                          {"flights", {{"follower.replication.throttled.replicas", "a b%\n\xff"}}}};

bool refused(std::string_view text) {
  try {
    decode_config_file(text, "dir/topic-configs");
    return false;
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::io);
    CHECK(std::string(error.what()).starts_with("the topic settings are damaged: "));
    CHECK(error.place().starts_with("dir/topic-configs:"));
    CHECK(!error.hint().empty());
    return true;
  }
}

}  // namespace

TEST_CASE("the settings file is text that can be read and comes back the same") {
  const std::string text = encode_config_file(kExample);
  CHECK(text ==
        "weir-topic-configs 1\n"
        "flights follower.replication.throttled.replicas=a%20b%25%0a%ff\n"
        "orders retention.ms=86400000\n"
        "orders segment.bytes=1048576\n"
        "crc32c ec11220a\n");
  CHECK(decode_config_file(text, "x") == kExample);
  CHECK(decode_config_file(encode_config_file({}), "x").empty());
}

TEST_CASE("every flipped bit of the settings file is noticed") {
  const std::string text = encode_config_file(kExample);
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    CAPTURE(bit);
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK(refused(flipped));
  }
}

TEST_CASE("the settings file cut anywhere, or with anything behind it, is refused") {
  const std::string text = encode_config_file(kExample);
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    CAPTURE(cut);
    CHECK(refused(text.substr(0, cut)));
  }
  CHECK(refused(text + "\n"));
  CHECK(refused(text + text));
}
