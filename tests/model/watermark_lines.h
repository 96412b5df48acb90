// The watermark lines that a tool writes between its rows.
#pragma once

#include <string>
#include <vector>

#include "model/record.h"

namespace weir::model {

class WatermarkLines {
 public:
  explicit WatermarkLines(Time step) : step_(step) {}  // 0: none are written

  // No later row will have a time below `promised`: a line, where that has moved on by a step.
  void tell(Time promised, std::vector<std::string>& lines);

 private:
  Time step_;
  Time told_ = kNever;
};

// {"_weir":"wm","t":MS,"p":"topic/partition"}, or the like that says idle.
std::string control_line(const Record& record);
// The flags that ask for them.
std::vector<std::string> watermark_flags(Time step);

}  // namespace weir::model
