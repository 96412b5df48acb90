// produce -f: reads records by a format (ops/format.h), of either kind:
//   with lengths (sized_format.h)  SizedSource cuts the records, and each row is taken apart as it was walked over
//   without                        the text behind the last letter ends a record; between letters a field ends where the
//                                  literal text that follows it comes for the first time
//   %v %s value  %k key  %t topic  %p partition  %d time in ms  %h{...} headers, over and over while the part matches
//   texts may be {hex} or {base64}
// Threads: the loop's.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "ops/format.h"
#include "record/headers.h"
#include "tools/produce/record_maker.h"
#include "tools/produce/sized_format.h"

namespace weir::produce {

class InFormat final : public RecordMaker {
 public:
  // Throws Error(Kind::usage) for a format that cannot be read back: no end, two letters side by side.
  InFormat(std::string_view format, TopicTable& topics, std::function<base::EventTime()> now);

  // How SizedSource cuts records; empty: they are lines that delimiter() ends, which is no part of them.
  const std::vector<SizedStep>& sized() const { return sized_; }
  const std::string& delimiter() const { return delimiter_; }
  bool names_topic() const { return names_topic_; }

 private:
  // One record being read: how far, and what was found.
  struct Reading {
    std::string_view line;
    std::size_t at = 0;
    record::Record record;
    std::string_view topic;
    base::Partition partition = base::kNoPartition;
    std::string fault;  // empty: none
  };

  class SizedReading;
  bool read_sized(Reading& reading);
  bool read(const std::vector<ops::Piece>& pieces, Reading& reading, record::Bytes* key,
            record::Bytes* value);
  bool read_field(const ops::Piece& piece, std::string_view text, Reading& reading, record::Bytes* key,
                  record::Bytes* value);
  bool read_headers(const ops::Piece& piece, Reading& reading);
  bool decode(const ops::Piece& piece, std::string_view text, Reading& reading, record::Bytes* to);
  bool parse(stream::Batch& batch, std::size_t row, stream::Context& context) override;

  std::vector<ops::Piece> pieces_;  // without the delimiter
  std::vector<SizedStep> sized_;
  std::string delimiter_;
  bool names_topic_ = false, names_partition_ = false;
  record::HeadersBuilder headers_;
};

}  // namespace weir::produce
