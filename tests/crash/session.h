// A process that appends: the same steps each time, so that the nth system call of one run is the nth of the next.
// It keeps what a caller was told, which is what the sweeps hold the disk to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "log_lab.h"

namespace weir::crash {

struct Plan {
  // One append per entry, a record of each size; then a sync where `sync_after` says so.
  std::vector<std::vector<std::size_t>> batches;
  unsigned sync_every = 1;  // appends; 0: only at close
  record::Codec codec = record::Codec::none;
  log::PartitionOptions options = small_segments();
};

// A dozen appends that roll twice.
Plan short_plan();

struct Told {
  std::vector<std::string> sent;          // values of records whose append was begun, in order
  std::int64_t acknowledged = 0;          // records that are durable, as durable_end() told
  std::optional<base::Error> error;       // what ended it before its time
  bool acknowledged_after_error = false;  // a sync that followed the error raised the durable end
  bool finished = false;
};

// Makes the partition when it is missing, opens it, and sends what of the plan the log does not hold yet, under
// the lab's producer id, as a producer does that comes back after a crash. `told.sent` and `told.acknowledged`
// grow while it runs.
void run_session(base::Sys& sys, const log::Host& host, const Plan& plan, Told& told);

// Everything that must hold of a disk that processes were told `told` about: it opens, holds what was
// acknowledged, nothing twice, nothing torn, nothing out of order, and what a reader has seen survives another
// power cut. Empty, or what is wrong.
std::string check_survivor(testing::SimulatedDisk& disk, const Told& told, const Plan& plan, unsigned boot,
                           std::uint64_t seed);

}  // namespace weir::crash
