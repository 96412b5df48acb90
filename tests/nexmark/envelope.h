// Nexmark events as lines.
#pragma once

#include <string>
#include <string_view>

#include "nexmark/events.h"

namespace weir::nexmark {

enum class Topics {
  three,  // person, auction and bid, each with its own value
  one,  // nexmark, with {"event_type":0|1|2,"person":...,"auction":...,"bid":...} where two of the three are null
};

std::string_view topic_of(Kind kind);
// Appends the event as an envelope, with its newline.
void append_envelope(const Event& event, Topics topics, std::string& out);

}  // namespace weir::nexmark
