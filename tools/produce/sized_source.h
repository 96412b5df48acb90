// Reads records whose format says how long they are (sized_format.h): a row is a record as it stands in the input, and
// lines[i].index counts records.
//
// Too long   a record with more than max_line bytes of texts is a bad event and passed over in bounded memory.
// Cut off    so is the last record when the input ends within it.
// Lost       where a length, or the text between two fields, is not what the format says, nobody can tell where the next
//            record begins: next() throws Error(Kind::data), whatever the policy for bad events.
// Waiting, errors of reading, threads: as stream::LineSource.
#pragma once

#include <cstdint>
#include <vector>

#include "stream/block_reader.h"
#include "stream/errors.h"
#include "stream/stage.h"
#include "tools/produce/sized_walk.h"

namespace weir::produce {

class SizedSource final : public stream::Source {
 public:
  struct Options {
    std::size_t max_line = 16u << 20;
    std::size_t block_bytes = stream::kBlockBytes;  // tests make it small
  };
  // `steps` and `errors` are borrowed.
  SizedSource(std::vector<stream::BlockReader::From> inputs, const std::vector<SizedStep>& steps,
              Options options, stream::Errors& errors);

  stream::Pull next(stream::Batch& batch) override;
  int wait_fd() const override { return reader_.wait_fd(); }
  bool drain() override { return draining_ = true; }
  Meter meter() const override { return reader_.meter(); }

 private:
  bool split(stream::Batch& batch);
  void start_batch(stream::Batch& batch);
  bool end_of_bytes(const stream::Batch& batch);
  bool too_long() const;
  void report(const stream::Batch& batch, const stream::Errors::Unread& event, const stream::Fault& fault);
  void report_too_long(const stream::Batch& batch);
  [[noreturn]] void fail_lost() const;

  stream::BlockReader reader_;
  Options options_;
  stream::Errors& errors_;
  SizedWalk walk_;
  bool draining_ = false;
  bool passing_over_ = false;  // the present record is too long, and was reported
  std::uint64_t dropped_ = 0;  // bytes of it that are gone
  std::uint64_t record_ = 1;   // number of the present record
  std::uint64_t tickets_ = 0;
};

}  // namespace weir::produce
