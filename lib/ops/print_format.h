// Records as a format of -f says (format.h), with nothing added between them; a length that does not fit into the bytes
// or digits it is given is a bad event. Batches of any other form pass as they are. Threads: the loop's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "ops/format.h"
#include "record/record.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::ops {

class PrintFormat final : public stream::Operator {
 public:
  PrintFormat(std::string_view format, base::Zone zone)
      : pieces_(parse_format(format, FormatUse::write)), zone_(std::move(zone)) {}

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

  // Appends one record's text to `to`.
  struct Subject {
    const record::Record& record;
    std::string_view topic;
    std::int32_t partition;
    std::int64_t offset;
  };
  void write(const Subject& subject, std::string& to);
  // What kept the last record from being written rightly; empty: nothing.
  const std::string& fault() const { return fault_; }

 private:
  void write(const std::vector<Piece>& pieces, const Subject& subject, std::string& to);
  void write_text(const Piece& piece, std::string_view text, std::string& to) const;
  void write_number(const Piece& piece, std::int64_t number, std::string& to) const;
  void write_size(const Piece& piece, std::int64_t size, std::string& to);
  void write_time(const Piece& piece, std::int64_t ms, std::string& to) const;
  void write_headers(const Piece& piece, const Subject& subject, std::string& to);

  std::vector<Piece> pieces_;
  base::Zone zone_;
  std::int64_t number_ = 0;
  stream::BlockArena arena_{stream::kBlockBytes};
  std::string text_, fault_;
};

}  // namespace weir::ops
