#include "model/watermark_lines.h"

namespace weir::model {

void WatermarkLines::tell(Time promised, std::vector<std::string>& lines) {
  if (step_ == 0 || promised == kNever || promised <= told_) return;
  if (told_ != kNever && promised != kForever && promised < told_ + step_) return;
  told_ = promised;
  lines.push_back(control_line({.kind = Record::Kind::watermark, .ts = promised}));
}

std::string control_line(const Record& record) {
  Object made{{"_weir", record.kind == Record::Kind::idle ? "idle" : "wm"}};
  if (record.kind == Record::Kind::watermark)
    made.emplace_back("t", *record.ts == kForever ? Value("max") : Value(*record.ts));
  made.emplace_back("p", record.partition ? record.topic + "/" + std::to_string(*record.partition) : "");
  return text(made);
}

std::vector<std::string> watermark_flags(Time step) {
  if (step == 0) return {};
  return {"--watermarks", "--wm-step", std::to_string(step) + "ms"};
}

}  // namespace weir::model
