#include "tools/produce/control.h"

#include "base/error.h"

namespace weir::produce {

stream::Flow Control::on_mark(const stream::Mark& mark, stream::Context&) {
  using MarkKind = stream::Mark::Kind;
  using base::Error;
  switch (mark.kind) {
    case MarkKind::watermark:
    case MarkKind::idle:
    case MarkKind::end:
    case MarkKind::tick:
    case MarkKind::input_end:
    case MarkKind::input_idle:
      return stream::Flow::more;
    case MarkKind::begin:
    case MarkKind::barrier:
      throw Error(base::Kind::usage, "the input is a checkpointed pipeline, which this version cannot commit")
          .hint("leave out --checkpoint")
          .code("checkpoint_unsupported");
    case MarkKind::other:
      break;
  }
  throw Error(base::Kind::data, "unknown control line " + mark.line.substr(0, 60))
      .hint("send such lines as envelopes: produce -J")
      .code("unknown_control_line");
}

}  // namespace weir::produce
