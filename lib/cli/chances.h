// The end of a run whose rows may come of more than the bytes of its input: the summary says by which flags.
#pragma once

#include <functional>
#include <vector>

#include "cli/open.h"
#include "cli/time_flags.h"
#include "stream/chances.h"

namespace weir::cli {

// What a merge of several inputs has to tell (open_merged, also within a CaughtUp); any other source: nothing.
void tell_chances(const stream::Source& source, const MergeFlags& merge, const TimeFlags& time,
                  stream::Chances& to);

// As run() of open.h; `tell` is asked when the loop has ended.
base::ExitCode run(stream::Source& source, const std::vector<stream::Operator*>& operators, stream::Sink& out,
                   BadEvents& bad, const OutputFlags& flags, Io& io, const std::vector<stream::Sink*>& sides,
                   const std::function<void(stream::RunSettings&)>& adjust,
                   const std::function<void(stream::Chances&)>& tell);

}  // namespace weir::cli
