// One line per test into the file that $WEIR_TALLY names, so that scripts/test can add up what very different
// runners did: STATUS <tab> SECONDS <tab> NAME <tab> REASON. Without the variable nothing is written.
// Threads: one write(2) with O_APPEND per line, so runners in parallel do not mix their lines.
#pragma once

#include <string_view>

namespace weir::testing {

enum class Outcome { passed, failed, skipped };

// The name is put after $WEIR_TALLY_PREFIX (the build) and $WEIR_TEST (the runner's name in ctest).
void tally(Outcome outcome, double seconds, std::string_view name, std::string_view reason = {});

// For the record: "counted: WHAT: 524288 trials, 0 violations", on stdout and among what scripts/test prints.
void counted(std::string_view what, unsigned long long trials, unsigned long long violations,
             std::string_view more = {});

// Called inside a doctest case that cannot run here: it is counted as skipped, and the reason is printed.
// Return from the case after it.
void skip(std::string_view reason);

}  // namespace weir::testing
