#include "kill_processes.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <charconv>
#include <new>
#include <stdexcept>

#include "log_lab.h"
#include "record/record_cursor.h"

namespace weir::crash {

SharedBoard::SharedBoard() {
  void* page = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::runtime_error("no shared memory");
  board_ = new (page) Board;
}

SharedBoard::~SharedBoard() {
  ::munmap(board_, sizeof(Board));
}

namespace {

constexpr std::int64_t kFirstProducer = 1000;

// "PRODUCER SEQUENCE PRODUCER SEQUENCE ...", so that a torn or mixed value shows.
std::string kill_value(std::int64_t producer, std::int32_t sequence) {
  const std::string word = std::to_string(producer) + ' ' + std::to_string(sequence) + ' ';
  std::string text;
  for (int i = 0; i < 1 + sequence % 40; ++i) text += word;
  return text;
}

// The real system, which tells the board when the append lock is held, and ends the process with SIGKILL at the
// call under the lock that the board names.
class TellingSys final : public testing::FaultySys {
 public:
  explicit TellingSys(AppenderState& state) : FaultySys(base::real_sys()), state_(state) {
    before_each([this](std::size_t, testing::Call) {
      if (state_.doing != Doing::holding || state_.die_in == 0) return;
      if (--state_.die_in == 0) ::kill(::getpid(), SIGKILL);
    });
  }

  int lock(int fd, Lock kind) override {
    const int returned = FaultySys::lock(fd, kind);
    if (returned == 0 && kind == Lock::exclusive && state_.doing == Doing::appending)
      state_.doing = Doing::holding;
    if (kind == Lock::none && state_.doing == Doing::holding) state_.doing = Doing::appending;
    return returned;
  }

 private:
  AppenderState& state_;
};

log::PartitionOptions kill_options() {
  log::PartitionOptions options;
  options.segment_bytes = 128 << 10;  // so that rolls are among what is killed
  return options;
}

std::string kill_batch(std::int64_t producer, std::int32_t first, std::int32_t records) {
  record::BatchBuilder builder;
  for (std::int32_t i = 0; i < records; ++i) {
    const std::string text = kill_value(producer, first + i);
    record::Record record;
    record.value = record::Bytes(text);
    record.ts = base::system_clock().wall();
    builder.append(record);
  }
  record::BatchBuilder::Seal seal;
  seal.producer = {producer, 0, first};
  const std::span<char> bytes = builder.finish(seal);
  return {bytes.data(), bytes.size()};
}

}  // namespace

void run_appender(const std::string& folder, int number, AppenderState& state,
                  const std::atomic<bool>& stop) {
  TellingSys sys(state);
  const std::int64_t producer = kFirstProducer + number;
  const auto log =
      log::PartitionLog::open(sys, base::system_clock(), log::Host::current(sys), folder, kill_options());
  const auto held = log->producer(producer);
  std::int32_t next = held ? held->last_sequence + 1 : 0;
  testing::Random random(static_cast<std::uint64_t>(number) * 1000 + static_cast<std::uint64_t>(next));
  while (!stop) {
    const std::int32_t records = 1 + static_cast<std::int32_t>(random.below(4));
    std::string bytes = kill_batch(producer, next, records);
    state.doing = Doing::appending;
    const auto appended = log->append(std::span(bytes));
    state.doing = Doing::syncing;
    if (!appended.stored()) {
      ++state.refused;
      return;
    }
    log->sync();
    next += records;
    state.acknowledged = next;
    state.doing = Doing::idle;
  }
  log->close();
}

bool OrderCheck::take(std::string_view value) {
  std::int64_t producer = -1;
  std::int32_t sequence = -1;
  const char* end = value.data() + value.size();
  const auto after = std::from_chars(value.data(), end, producer).ptr;
  if (after == end || *after != ' ') return false;
  std::from_chars(after + 1, end, sequence);
  return value == kill_value(producer, sequence) && sequence == next_[producer]++;
}

std::int64_t OrderCheck::records_of(int appender) const {
  const auto found = next_.find(kFirstProducer + appender);
  return found == next_.end() ? 0 : found->second;
}

void run_tail(const std::string& folder, TailState& state, const std::atomic<bool>& stop) {
  base::Sys& sys = base::real_sys();
  const auto reader = log::PartitionReader::open(sys, base::system_clock(), log::Host::current(sys), folder,
                                                 log::ReaderOptions{});
  reader->seek({0});
  OrderCheck check;
  record::Codecs codecs;
  base::Buffer scratch;
  std::int64_t next_offset = 0;
  bool stopping = false;
  while (true) {
    const auto step = reader->next();
    if (step == log::PartitionReader::Step::batch) {
      std::string_view records;
      if (reader->batch().records(codecs, scratch, &records)) ++state.violations;
      record::RecordCursor cursor(reader->batch().header(), records);
      record::Record record;
      base::Offset offset;
      while (cursor.next(record, offset)) {
        if (offset.value != next_offset++ || !check.take(record.value.view())) ++state.violations;
        ++state.read;
      }
      continue;
    }
    if (step == log::PartitionReader::Step::gap) ++state.violations;
    // Once more after the writers have stopped, so that the end is really the end.
    if (stopping) return;
    stopping = stop;
    if (!stopping) ::poll(nullptr, 0, 1);
  }
}

}  // namespace weir::crash
