// Lines with offsets (-J) from a pipe: those that an earlier run has handled already are left out, so that whoever writes
// them may begin anywhere before. The first operator of a chain with --state.
// Errors  a line without topic, partition or offset throws Error(Kind::usage), code "state_input".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "record/arena.h"
#include "state/store.h"
#include "stream/stage.h"

namespace weir::cli {

class SeenOffsets final : public stream::Operator, public state::Part {
 public:
  // `of_inputs`: by Batch::input_number, which of the inputs that is about.
  explicit SeenOffsets(std::vector<bool> of_inputs) : of_inputs_(std::move(of_inputs)) {}

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;
  // The state in `directory` is that of the end: a line that was not seen is Error(Kind::usage), code "state_drained".
  void expect_none(std::string directory) { drained_ = std::move(directory); }

 private:
  using Key = std::pair<std::string, std::int32_t>;  // topic, partition
  bool is_new(const stream::Batch& batch, std::size_t row);
  std::int64_t& next_of(std::uint32_t input, std::string_view topic, base::Partition partition);

  const std::vector<bool> of_inputs_;
  std::vector<std::map<Key, std::int64_t>> next_;  // by input; the first offset that was not seen
  std::string drained_;
  record::HeapArena arena_;
  std::uint32_t last_input_ = 0;
  const Key* last_ = nullptr;
  std::int64_t* last_next_ = nullptr;
};

}  // namespace weir::cli
