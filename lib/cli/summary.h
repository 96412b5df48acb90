// What became of the events, in words or as one JSON object.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/io.h"
#include "stream/chances.h"
#include "stream/stage.h"

namespace weir::cli {

// "filter: 100 read, 97 written, 3 dropped; 46.3 kB in 0.01 s (10,000/s)". Counts of nothing are left out, except
// read and written.
std::string summary_text(std::string_view tool, const stream::Totals& totals,
                         const stream::Chances& chances = {});
// {"tool":"filter","read":100,...,"bytes":46300,"bytes_out":...,"seconds":0.01,"rate":10000}, one line; where flags let
// more than the input's bytes into the result, also "nondeterministic":["--idle"].
std::string summary_json(std::string_view tool, const stream::Totals& totals,
                         const stream::Chances& chances = {});
// What talk asks for, with its newline; empty when nothing is to be said.
std::string summary(std::string_view tool, const stream::Totals& totals, const Talk& talk,
                    const stream::Chances& chances = {});

// For people: bytes as "46.3 kB"; seconds as "0.01 s" or "1:02:03".
std::string bytes_text(double bytes);
std::string seconds_text(double seconds);

}  // namespace weir::cli
