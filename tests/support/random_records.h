// Records as a fuzzer would send them: nulls, empty bytes, newlines, bytes that are not UTF-8, JSON and
// almost JSON, headers in every odd form, times from all over. The same seed gives the same records on every
// machine.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "record/headers.h"
#include "record/record.h"

namespace weir::record::testing {

class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  // Valid until the next call.
  const Record& next() {
    key_ = bytes();
    value_ = bytes();
    headers_.clear();
    const std::uint64_t count = one_in(2) ? 0 : below(5);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string name = one_in(3) && i > 0 ? std::string("again") : bytes();
      const std::string value = bytes();
      headers_.add(name, one_in(4) ? Bytes{} : Bytes(value));
    }
    record_ = {};
    if (!one_in(4)) record_.key = Bytes(key_);
    if (!one_in(6)) record_.value = Bytes(value_);
    record_.headers = headers_.headers();
    record_.ts = time();
    return record_;
  }

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  std::string bytes() {
    static constexpr std::string_view kKnown[] = {"",
                                                  "null",
                                                  "true",
                                                  "{}",
                                                  "[1,2,3]",
                                                  "\"text\"",
                                                  " {}",
                                                  "{}\n",
                                                  "{\"a\":1}",
                                                  "{\"a\":\n1}",
                                                  "{\"a\":\r1}",
                                                  "\"\\ud800\"",
                                                  "\"\\u0000\"",
                                                  "01",
                                                  "-0",
                                                  "1e999",
                                                  "NaN",
                                                  "\xef\xbb\xbf{}",
                                                  "\xff\xfe",
                                                  "\xed\xa0\x80",
                                                  "\xc0\x80",
                                                  "\xf4\x90\x80\x80",
                                                  "a\nb",
                                                  "\t",
                                                  "\x7f",
                                                  "\\",
                                                  "\"",
                                                  "{\"a\":1,\"a\":2}",
                                                  "12345678901234567890123",
                                                  "\xe2\x82\xac",
                                                  "{\"_weir\":\"wm\"}",
                                                  "\xf0\x9f\x98\x80",
                                                  "{\"a\":1}x",
                                                  "\r"};
    switch (below(6)) {
      case 0:
      case 1:
        return std::string(kKnown[below(std::size(kKnown))]);
      case 2: {  // any bytes
        std::string any(below(one_in(20) ? 3000 : 40), '\0');
        for (char& c : any) c = static_cast<char>(random_());
        return any;
      }
      case 3: {  // printable, around the lengths where a varint grows
        static constexpr std::size_t kLengths[] = {1, 62, 63, 64, 65, 127, 128, 8190, 8191, 8192, 8193};
        std::string printable(kLengths[below(std::size(kLengths) - (one_in(10) ? 0 : 4))], '\0');
        for (char& c : printable) c = static_cast<char>(' ' + below(95));
        return printable;
      }
      case 4:
        return "{\"id\":" + std::to_string(below(1000000)) + ",\"name\":\"n" + std::to_string(below(100)) +
               "\"}";
      default: {  // JSON with one byte changed
        std::string almost = R"({"a":[1,2,{"b":"cä"}],"d":null})";
        almost[below(almost.size())] = static_cast<char>(random_());
        return almost;
      }
    }
  }

  base::EventTime time() {
    switch (below(8)) {
      case 0:
        return base::kNoTime;
      case 1:
        return {0};
      case 2:
        return {-2 - static_cast<std::int64_t>(below(1000000))};
      case 3:
        return {one_in(2) ? INT64_MAX : INT64_MIN};
      default:
        return {1700000000000 + static_cast<std::int64_t>(below(100000))};
    }
  }

 private:
  std::mt19937_64 random_;
  std::string key_, value_;
  HeadersBuilder headers_;
  Record record_;
};

}  // namespace weir::record::testing
