#include "ops/watermark_lines.h"

#include <string>

namespace weir::ops {

bool WatermarkLines::due(std::int64_t watermark) const {
  if (!step_ms_ || watermark == kBeforeAll || watermark <= told_) return false;
  return told_ == kBeforeAll || watermark == kAfterAll || watermark >= plus(told_, *step_ms_);
}

stream::Flow WatermarkLines::write(std::int64_t watermark, stream::Context& context) {
  told_ = watermark;
  stream::Batch batch;
  stream::Mark mark;
  mark.kind = stream::Mark::Kind::watermark;
  mark.watermark = {watermark};
  mark.line = "{\"_weir\":\"wm\",\"t\":" +
              (watermark == kAfterAll ? std::string("\"max\"") : std::to_string(watermark)) + ",\"p\":\"\"}";
  batch.mark = std::move(mark);
  return context.out.write(batch);
}

}  // namespace weir::ops
