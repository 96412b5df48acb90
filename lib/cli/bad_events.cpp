#include "cli/open.h"
#include "cli/side_sink.h"

namespace weir::cli {

BadEvents::BadEvents(const ErrorFlags& flags, const BusFlags& bus, const std::vector<std::string>& inputs,
                     Io& io) {
  stream::Errors::Options options;
  options.tool = io.tool;
  options.policy = flags.policy;
  options.max_errors = flags.max_errors;
  if (!flags.dead_letter.empty()) {
    letters_ = open_side({.flag = "--dead-letter",
                          .loop_code = "dead_letter_loop",
                          .events = "bad events",
                          .target = flags.dead_letter},
                         bus, inputs, io);
    if (flags.dead_letter.starts_with(kTopicTarget)) options.form = stream::Errors::Form::records;
    options.dead_letters = letters_.get();
  }
  errors_ = std::make_unique<stream::Errors>(std::move(options));
}

}  // namespace weir::cli
