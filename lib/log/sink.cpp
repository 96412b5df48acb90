#include "log/sink.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <vector>

#include "base/assert.h"
#include "base/decimal.h"
#include "base/error.h"
#include "log/group_commit.h"
#include "log/topic_writer.h"

namespace weir::log {
namespace {

// Syncing more often than this, while input keeps coming, costs throughput and helps nobody.
constexpr std::size_t kSyncBytes = 4u << 20;
constexpr std::chrono::milliseconds kSyncAge{20};

class Descriptor {
 public:
  Descriptor(int fd, const char* what) : fd_(fd) {
    if (fd < 0)
      throw base::Error(base::Kind::io, std::string("cannot make ") + what + ": " + base::errno_words(errno));
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class LogSink final : public stream::Sink {
 public:
  LogSink(Log& log, SinkOptions options);

  stream::Flow write(const stream::Batch& batch) override;
  stream::Ticket acked() override;
  bool pending() const override { return !written_.empty(); }
  int wait_fd() const override { return epoll_.get(); }
  void flush() override;
  void input_ended() override;
  void finish() override;
  std::uint64_t bytes() const override { return bytes_; }

 private:
  // One write(): its rows are stored when all record batches that hold them are.
  struct Written {
    std::uint64_t number;
    stream::Ticket ticket;
    stream::Batch rows;  // kept for options_.stored only
  };
  struct OpenBatch {
    TopicWriter* topic;
    PartitionWriter* writer;
  };
  struct AskedSync {
    std::uint64_t number;   // of the sync
    std::uint64_t through;  // writes, rows and bytes that are durable once it is done
    std::uint64_t rows;
    std::uint64_t bytes;
  };

  template <typename Work>
  auto guarded(Work work);
  [[noreturn]] void fail(base::Error error);

  TopicWriter& topic(const std::string& name);
  TopicWriter& destination(const stream::Batch& batch, std::size_t row);
  void take_rows(const stream::Batch& batch);
  void add(TopicWriter& topic, const record::Record& record, base::Partition asked, std::uint64_t line);
  void append(const OpenBatch& batch);
  void append_full(const OpenBatch& batch);
  void append_through(std::chrono::nanoseconds first_at);
  void append_due();
  void ask_for_sync();
  void settle_written();
  void close_when_done();
  void arm_linger();
  // The last write() of which all rows have been appended; never one that threw half-way.
  std::uint64_t appended_through() const {
    return open_.empty() ? writes_ - (taking_ ? 1 : 0) : open_.front().writer->first_write - 1;
  }
  bool durable() const { return options_.durability == Durability::durable; }

  Log& log_;
  const SinkOptions options_;
  std::unique_ptr<Resume> resume_;
  std::int64_t producer_id_;
  std::vector<std::unique_ptr<TopicWriter>> topics_;
  TopicWriter* default_ = nullptr;
  const std::vector<std::string>* route_topics_ = nullptr;
  std::vector<TopicWriter*> by_route_;  // by index into *route_topics_; null: not asked for yet

  std::vector<OpenBatch> open_;          // batches that hold rows, in order of their first row
  std::vector<PartitionWriter*> dirty_;  // appended to since a sync was last asked for
  std::deque<Written> written_;          // not stored yet
  std::deque<AskedSync> asked_;          // not done yet
  std::uint64_t syncs_ = 0;
  std::uint64_t writes_ = 0, writes_asked_ = 0, writes_synced_ = 0;
  std::uint64_t rows_taken_ = 0, rows_skipped_ = 0, rows_appended_ = 0, rows_synced_ = 0;
  std::uint64_t bytes_ = 0, bytes_asked_ = 0,
                bytes_synced_ = 0;  // appended; of these, a sync was asked for; done
  std::chrono::nanoseconds dirty_since_{0};
  stream::Ticket acked_;
  bool taking_ = false, finishing_ = false, closed_ = false, failed_ = false;

  Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC), "an epoll descriptor"};
  std::optional<Descriptor> timer_;  // with linger
  GroupCommit commit_;               // last: its thread uses the partitions above, so it goes first
};

LogSink::LogSink(Log& log, SinkOptions options) : log_(log), options_(std::move(options)) {
  if (!options_.resume.empty()) resume_ = std::make_unique<Resume>(log, options_.resume);
  producer_id_ = resume_ ? resume_->producer_id() : log.allocate_producer_ids(1);
  if (!options_.topic.empty()) default_ = &topic(options_.topic);
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, commit_.fd(), &event);
  if (options_.linger) {
    timer_.emplace(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "a timer");
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer_->get(), &event);
  }
}

// Whatever fails, the message says what is safe and what is not.
template <typename Work>
auto LogSink::guarded(Work work) {
  try {
    return work();
  } catch (base::Error& error) {
    fail(std::move(error));
  }
}

void LogSink::fail(base::Error error) {
  failed_ = true;
  std::uint64_t safe = rows_appended_;
  if (options_.durability == Durability::durable) {
    // What was appended before the failure can still be made safe, unless it is the sync that failed.
    try {
      ask_for_sync();
      commit_.settle();
      settle_written();
    } catch (const base::Error&) {
      // The first failure is the one to report; what this one left unsafe is counted as such.
    }
    safe = rows_synced_;
  }
  safe += rows_skipped_;
  if (error.detail().empty()) {
    error.detail(base::grouped(safe) + (safe == 1 ? " record is safe; " : " records are safe; ") +
                 base::grouped(rows_taken_ - safe) +
                 (rows_taken_ - safe == 1 ? " was not written" : " were not written"));
  }
  throw std::move(error);
}

TopicWriter& LogSink::topic(const std::string& name) {
  for (const auto& known : topics_) {
    if (known->name() == name) return *known;
  }
  topics_.push_back(std::make_unique<TopicWriter>(log_, name, options_, producer_id_, resume_.get()));
  return *topics_.back();
}

TopicWriter& LogSink::destination(const stream::Batch& batch, std::size_t row) {
  if (batch.routes.empty()) {
    WEIR_ASSERT(default_ != nullptr);
    return *default_;
  }
  if (batch.route_topics != route_topics_) {
    by_route_.clear();
    route_topics_ = batch.route_topics;
  }
  const std::uint32_t index = batch.routes[row].topic;
  if (index >= by_route_.size()) by_route_.resize(index + 1, nullptr);
  if (by_route_[index] == nullptr) by_route_[index] = &topic((*route_topics_)[index]);
  return *by_route_[index];
}

stream::Flow LogSink::write(const stream::Batch& batch) {
  return guarded([&] {
    if (durable() && bytes_ - bytes_synced_ > options_.in_flight_bytes_max) {
      ask_for_sync();
      commit_.clear();
      settle_written();
      if (bytes_ - bytes_synced_ > options_.in_flight_bytes_max) return stream::Flow::full;
    }
    ++writes_;
    rows_taken_ += batch.lines.size();
    written_.push_back({writes_, batch.ticket, {}});
    if (options_.stored) written_.back().rows = batch;
    taking_ = true;
    take_rows(batch);
    taking_ = false;
    if (bytes_ - bytes_asked_ >= kSyncBytes ||
        (!dirty_.empty() && log_.clock().steady() - dirty_since_ >= kSyncAge)) {
      ask_for_sync();
    }
    settle_written();
    return stream::Flow::more;
  });
}

void LogSink::take_rows(const stream::Batch& batch) {
  const bool bare = batch.form == stream::Batch::Form::lines;
  WEIR_ASSERT(bare ||
              batch.records.size() == batch.lines.size());  // envelopes: an operator makes them records
  record::Record from_line;
  if (bare) {
    if (options_.fixed_key) from_line.key = record::Bytes(std::string_view(*options_.fixed_key));
    from_line.ts = log_.clock().wall();
  }
  for (std::size_t i = 0; i < batch.lines.size(); ++i) {
    const stream::Line& line = batch.lines[i];
    if (bare) from_line.value = record::Bytes(line.view());
    base::Partition asked = options_.partition.value_or(base::kNoPartition);
    if (!batch.routes.empty() && batch.routes[i].partition != base::kNoPartition)
      asked = batch.routes[i].partition;
    add(destination(batch, i), bare ? from_line : batch.records[i], asked, batch.first_line + line.index);
  }
}

void LogSink::add(TopicWriter& topic, const record::Record& record, base::Partition asked,
                  std::uint64_t line) {
  const std::size_t size = std::size_t{record.key.size} + record.value.size + record.headers.size;
  if (size > static_cast<std::size_t>(topic.record_bytes_max())) [[unlikely]] {
    throw base::Error(base::Kind::undelivered,
                      "a record of " + base::grouped(size) + " bytes is more than topic '" + topic.name() +
                          "' takes (max.message.bytes=" + std::to_string(topic.record_bytes_max()) + ")")
        .code("record_too_large");
  }
  PartitionWriter* writer = &topic.partition_for(record, asked, line);
  if (writer->skips(record)) [[unlikely]] {
    ++rows_skipped_;
    return;
  }
  while (!writer->add(record)) {
    append_full({&topic, writer});
    writer = &topic.partition_for(record, asked, line);  // a keyless record goes to the next partition now
  }
  if (writer->records() > 1) [[likely]]
    return;
  writer->first_write = writes_;
  open_.push_back({&topic, writer});
  if (!options_.linger) return;
  writer->first_at = log_.clock().steady();
  if (open_.size() == 1) arm_linger();
}

void LogSink::append(const OpenBatch& batch) {
  if (dirty_.empty()) dirty_since_ = log_.clock().steady();
  const PartitionWriter::Written written = batch.writer->append_batch();
  batch.topic->closed(*batch.writer);
  rows_appended_ += written.records;
  bytes_ += written.bytes;
  if (!durable() || batch.writer->dirty) return;
  batch.writer->dirty = true;
  dirty_.push_back(batch.writer);
}

void LogSink::append_full(const OpenBatch& batch) {
  append(batch);
  std::erase_if(open_, [&](const OpenBatch& open) { return open.writer == batch.writer; });
}

// Oldest first, so that what is stored stays a prefix of what was written.
void LogSink::append_through(std::chrono::nanoseconds first_at) {
  while (!open_.empty() && open_.front().writer->first_at <= first_at) append_full(OpenBatch(open_.front()));
}

void LogSink::append_due() {
  append_through(log_.clock().steady() - *options_.linger);
  if (!open_.empty()) arm_linger();
}

void LogSink::ask_for_sync() {
  if (!durable()) return;
  const std::uint64_t through = appended_through();
  // A row that --resume passed over needs no sync, but its write() is done only now.
  if (dirty_.empty() && through == writes_asked_) return;
  std::vector<PartitionLog*> logs;
  for (PartitionWriter* writer : dirty_) {
    writer->dirty = false;
    logs.push_back(&writer->log());
  }
  dirty_.clear();
  commit_.request(logs, ++syncs_);
  asked_.push_back({syncs_, through, rows_appended_, bytes_});
  writes_asked_ = through;
  bytes_asked_ = bytes_;
}

void LogSink::settle_written() {
  std::uint64_t through = appended_through();
  if (durable()) {
    const std::uint64_t reached = commit_.reached();
    for (; !asked_.empty() && asked_.front().number <= reached; asked_.pop_front()) {
      writes_synced_ = asked_.front().through;
      rows_synced_ = asked_.front().rows;
      bytes_synced_ = asked_.front().bytes;
    }
    through = writes_synced_;
  }
  // `none` does not wait for the write either, except where --linger lets rows lie: those would be lost silently.
  if (options_.durability == Durability::none && !options_.linger) through = writes_;
  for (; !written_.empty() && written_.front().number <= through; written_.pop_front()) {
    acked_ = written_.front().ticket;
    if (options_.stored) options_.stored(written_.front().rows);
  }
}

void LogSink::flush() {
  guarded([&] {
    if (options_.linger) {
      append_due();
    } else {
      append_through(std::chrono::nanoseconds::max());
    }
    ask_for_sync();
    settle_written();
  });
}

// A file that was cut short is told only here: all that was stored of it should have come by.
void LogSink::input_ended() {
  if (resume_ == nullptr) return;
  guarded([&] {
    std::int64_t missing = 0;
    const std::map<std::string, int> used = resume_->topics();
    for (const auto& [name, partitions] : used) {
      if (log_.find_topic(name)) missing += topic(name).missing();
    }
    if (missing == 0) return;
    throw base::Error(base::Kind::data, "the input is shorter than it was: it ended before " +
                                            base::grouped(static_cast<std::uint64_t>(missing)) +
                                            (missing == 1 ? " record that is" : " records that are") +
                                            " stored already")
        .hint("give the FILEs as they were, with what is new at their end")
        .code("resume_changed");
  });
}

void LogSink::finish() {
  guarded([&] {
    append_through(std::chrono::nanoseconds::max());
    ask_for_sync();
    settle_written();
    finishing_ = true;
    close_when_done();
  });
}

stream::Ticket LogSink::acked() {
  if (failed_) return acked_;
  return guarded([&] {
    if (timer_) {
      std::uint64_t fired = 0;
      if (::read(timer_->get(), &fired, sizeof fired) > 0) {
        append_due();
        ask_for_sync();
      }
    }
    if (!asked_.empty()) commit_.clear();
    settle_written();
    close_when_done();
    return acked_;
  });
}

// Last index entries and the producers' snapshot, which spare the next run a look at the whole segment. Without a
// promise of durability nobody waits for a disk here either: both can be made again from the log.
void LogSink::close_when_done() {
  if (!finishing_ || closed_ || !durable() || !written_.empty()) return;
  closed_ = true;
  for (const auto& topic : topics_) topic->close();
}

void LogSink::arm_linger() {
  const auto due = open_.front().writer->first_at + *options_.linger - log_.clock().steady();
  const auto left = std::max(due, std::chrono::nanoseconds{1});  // 0 would disarm it
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(left.count() % 1'000'000'000);
  ::timerfd_settime(timer_->get(), 0, &when, nullptr);
}

}  // namespace

std::unique_ptr<stream::Sink> make_sink(Log& log, SinkOptions options) {
  return std::make_unique<LogSink>(log, std::move(options));
}

}  // namespace weir::log
