// The event times of rows, for a source that merges its inputs by them: by --ts, else the envelope's or the record's own.
// Reads no more of a line than it needs: whether the line is valid is for the operator to say.
// Threads: one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time_format.h"
#include "base/zone.h"
#include "expr/fields.h"
#include "stream/event_merge.h"

namespace weir::ops {

class RowTime final : public stream::RowTimes {
 public:
  // `field`: none: the time of the envelope or record; a bare line has none then. `flag`: as messages call it, "--ts".
  RowTime(const std::string& flag, std::optional<base::Field> field, const expr::Setup& setup,
          expr::Evaluator::Settings settings, base::Zone zone);

  void append(const stream::Batch& batch, std::vector<base::EventTime>& to) override;

 private:
  bool seen(const stream::Batch& batch, std::size_t row);

  bool of_record_;  // no field: the record's own time, where there is a record
  base::TimeFormat format_;
  base::Zone zone_;
  expr::Fields fields_;
  std::string text_;
};

}  // namespace weir::ops
