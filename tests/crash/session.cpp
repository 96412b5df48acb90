#include "session.h"

#include <algorithm>

#include "log/create_partition.h"

namespace weir::crash {
namespace {

// Record `first` of each batch of the plan.
std::vector<std::int32_t> first_records(const Plan& plan) {
  std::vector<std::int32_t> firsts;
  std::int32_t next = 0;
  for (const auto& sizes : plan.batches) {
    firsts.push_back(next);
    next += static_cast<std::int32_t>(sizes.size());
  }
  return firsts;
}

std::int64_t records_of(const Plan& plan) {
  std::int64_t records = 0;
  for (const auto& sizes : plan.batches) records += static_cast<std::int64_t>(sizes.size());
  return records;
}

void note_acknowledged(const log::PartitionLog& log, Told& told) {
  told.acknowledged = std::max(told.acknowledged, log.durable_end().next.value);
}

void send(log::PartitionLog& log, const Plan& plan, Told& told) {
  const auto held = log.producer(kProducerId);
  const std::int32_t next = held ? held->last_sequence + 1 : 0;
  const auto firsts = first_records(plan);
  for (std::size_t i = 0; i < plan.batches.size(); ++i) {
    if (firsts[i] < next) continue;
    for (std::size_t r = 0; r < plan.batches[i].size(); ++r) {
      const std::size_t sequence = static_cast<std::size_t>(firsts[i]) + r;
      if (told.sent.size() <= sequence) {
        told.sent.push_back(value(static_cast<std::int32_t>(sequence), plan.batches[i][r]));
      }
    }
    std::string bytes = batch(firsts[i], plan.batches[i], plan.codec);
    const auto appended = log.append(std::span(bytes));
    if (!appended.stored()) throw base::Error(base::Kind::internal, "the log refused a batch in sequence");
    if (plan.sync_every != 0 && (i + 1) % plan.sync_every == 0) log.sync();
    note_acknowledged(log, told);
  }
  log.close();
  note_acknowledged(log, told);
}

bool is_prefix(const std::vector<std::string>& of, const std::vector<std::string>& whole) {
  return of.size() <= whole.size() && std::equal(of.begin(), of.end(), whole.begin());
}

std::string explain(const char* what, const Found& found, const Told& told) {
  return std::string(what) + ": " + std::to_string(found.values.size()) + " records read, " +
         std::to_string(told.acknowledged) + " acknowledged, " + std::to_string(told.sent.size()) + " sent" +
         (found.error ? std::string("; ") + found.error->what() : "");
}

std::string check_found(const char* when, const Found& found, const Told& told, std::int64_t at_least) {
  if (found.error) return explain((std::string(when) + ": the log does not read").c_str(), found, told);
  if (!found.contiguous_from_zero)
    return explain((std::string(when) + ": offsets have a gap").c_str(), found, told);
  if (!is_prefix(found.values, told.sent)) {
    return explain((std::string(when) + ": not what was sent, in order and once").c_str(), found, told);
  }
  if (static_cast<std::int64_t>(found.values.size()) < at_least) {
    return explain((std::string(when) + ": acknowledged records are lost").c_str(), found, told);
  }
  return {};
}

}  // namespace

Plan short_plan() {
  Plan plan;
  plan.batches = {{40}, {900, 30},   {1200}, {10, 10, 10}, {1500}, {700},
                  {20}, {1300, 200}, {60},   {1100},       {5},    {800}};
  plan.sync_every = 2;
  return plan;
}

void run_session(base::Sys& sys, const log::Host& host, const Plan& plan, Told& told) {
  told.finished = false;
  told.error = error_of([&] {
    LabClock clock;
    log::create_partition(sys, clock, host, kFolder, kTopicId);
    const auto log = log::PartitionLog::open(sys, clock, host, kFolder, plan.options);
    note_acknowledged(*log, told);
    const auto failed = error_of([&] { send(*log, plan, told); });
    note_acknowledged(*log, told);
    if (failed) {
      // A caller that does not give up must not be told more than is true.
      const std::int64_t before = told.acknowledged;
      error_of([&] { log->sync(); });
      note_acknowledged(*log, told);
      told.acknowledged_after_error = told.acknowledged > before;
      throw *failed;
    }
    told.finished = true;
  });
}

std::string check_survivor(testing::SimulatedDisk& disk, const Told& told, const Plan& plan, unsigned boot,
                           std::uint64_t seed) {
  // A reader comes first, as after a reboot where nobody has opened the log for writing yet.
  Told known = told;
  struct stat info {};
  if (disk.stat(kFolder, &info) == 0 &&
      disk.stat(kFolder + "/" + std::string(log::kSideFileName), &info) == 0) {
    const Found seen = read_all(disk, machine(boot, 7));
    if (std::string wrong = check_found("reader before recovery", seen, known, 0); !wrong.empty())
      return wrong;
    known.acknowledged = std::max(known.acknowledged, static_cast<std::int64_t>(seen.values.size()));
  }

  // Then the producer comes back, and sends the rest.
  Told again = known;
  run_session(disk, machine(boot, 8), plan, again);
  if (again.error) return "the producer that came back failed: " + std::string(again.error->what());
  const std::int64_t all = records_of(plan);
  if (again.acknowledged != all) return "the producer that came back was not told that everything is safe";
  const Found complete = read_all(disk, machine(boot, 9));
  if (std::string wrong = check_found("after coming back", complete, again, all); !wrong.empty())
    return wrong;

  // What is complete and acknowledged stays so.
  const auto once_more = disk.after_power_cut(seed ^ 0x5eed);
  const Found later = read_all(*once_more, machine(boot + 1, 9));
  return check_found("after another power cut", later, again, all);
}

}  // namespace weir::crash
