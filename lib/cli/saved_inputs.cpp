#include "cli/saved_inputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"

namespace weir::cli {
namespace {

using base::Error;

constexpr std::string_view kTopic = "topic:";

std::uint64_t size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

[[noreturn]] void differs(const std::string& directory, const std::string& what) {
  throw Error(base::Kind::usage, what)
      .hint("give it the input that the state in " + directory +
            " was made from, or start with another directory")
      .code("state_differs");
}

}  // namespace

SavedInputs::SavedInputs(const std::vector<std::string>& names, bool envelope, Io& io) {
  for (const std::string& name : names) {
    One one{.name = name == "-" ? "stdin" : name};
    struct stat info {};
    if (name.starts_with(kTopic)) {
      one.kind = Kind::topic;
    } else if ((name == "-" ? ::fstat(io.in, &info) : ::stat(name.c_str(), &info)) == 0 &&
               S_ISREG(info.st_mode)) {
      one.kind = Kind::file;
      one.fd = name == "-" ? ::dup(io.in) : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
      if (one.fd < 0)
        throw Error(base::Kind::io, "cannot read " + one.name + ": " + base::errno_words(errno));
      if (name == "-")
        one.place.byte = static_cast<std::uint64_t>(std::max<off_t>(0, ::lseek(one.fd, 0, SEEK_CUR)));
    } else if (!envelope) {
      throw Error(base::Kind::usage,
                  "--state cannot go on with " + one.name + ", of which nobody knows what was read already")
          .hint("a FILE, topic:NAME, or lines with offsets: consume -J TOPIC | " + io.tool +
                " -J --state DIR")
          .code("state_input");
    }
    inputs_.push_back(std::move(one));
  }
}

SavedInputs::~SavedInputs() {
  for (const One& one : inputs_)
    if (one.fd >= 0) ::close(one.fd);
}

void SavedInputs::on_read(const stream::Batch& batch) {
  One& one = inputs_[batch.input_number];
  switch (one.kind) {
    case Kind::file:
      return read_file(one, batch);
    case Kind::topic:
      return read_topic(one, batch);
    case Kind::pipe:
      return;
  }
}

// Behind the last row: of a line without a newline that is one byte too far. A batch without rows stands behind a line that
// became none.
void SavedInputs::read_file(One& one, const stream::Batch& batch) {
  if (batch.first_data == nullptr) return;
  if (batch.lines.empty()) {
    if (batch.first_byte > one.place.byte) one.place = {batch.first_byte, batch.first_line};
    return;
  }
  const stream::Line& last = batch.lines.back();
  one.place.byte =
      batch.first_byte + static_cast<std::uint64_t>(last.data - batch.first_data) + last.size + 1;
  one.place.line = batch.first_line + last.index + 1;
}

// Neighbours are nearly always of one partition.
void SavedInputs::read_topic(One& one, const stream::Batch& batch) {
  const auto& origins = batch.origins;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const stream::Origin& at = origins[i];
    const bool last_of_run = i + 1 == origins.size() || origins[i + 1].topic != at.topic ||
                             origins[i + 1].partition != at.partition;
    if (last_of_run) one.next[{batch.input->topics[at.topic], at.partition}] = {at.offset.value + 1};
  }
}

void SavedInputs::save(state::Writer& to) const {
  to.number(inputs_.size());
  for (const One& one : inputs_) {
    const bool file = one.kind == Kind::file;
    const std::uint64_t byte = file ? std::min(one.place.byte, size_of(one.fd)) : 0;
    to.number(static_cast<std::uint64_t>(one.kind));
    to.text(one.name);
    to.number(byte);
    to.number(one.place.line);
    (file ? FileMark::of(one.fd, one.name.c_str(), byte) : FileMark{}).save(to);
    to.number(one.next.size());
    for (const auto& [partition, offset] : one.next) {
      to.text(partition.topic);
      to.integer(partition.partition.value);
      to.integer(offset.value);
    }
  }
}

void SavedInputs::load(state::Reader& from) {
  loaded_count_ = from.number();
  for (std::size_t i = 0; i < loaded_count_ && !from.failed(); ++i) {
    One ignored;
    One& one = i < inputs_.size() ? inputs_[i] : ignored;
    const auto kind = from.number();
    if (kind > static_cast<std::uint64_t>(Kind::pipe)) state::fail_damaged("the kind of an input");
    one.loaded = static_cast<Kind>(kind);
    one.loaded_name = from.text();
    one.place.byte = from.number();
    one.place.line = from.number();
    one.mark.load(from);
    one.next.clear();
    for (std::uint64_t left = from.number(); left > 0 && !from.failed(); --left) {
      log::TopicPartition partition;
      partition.topic = from.text();
      partition.partition.value = static_cast<std::int32_t>(from.integer());
      one.next[partition] = {from.integer()};
    }
  }
}

void SavedInputs::check(const std::string& directory, bool drained) {
  if (loaded_count_ != inputs_.size()) {
    differs(directory, "the state in " + directory + " was made from " + std::to_string(loaded_count_) +
                           " inputs, and this run has " + std::to_string(inputs_.size()));
  }
  for (One& one : inputs_) {
    const bool same = one.kind == one.loaded && (one.kind != Kind::topic || one.name == one.loaded_name);
    if (!same)
      differs(directory, "the state in " + directory + " was made from " + one.loaded_name +
                             ", and not from " + one.name);
    if (one.kind != Kind::file) continue;
    const std::uint64_t size = size_of(one.fd);
    if (size < one.mark.length) {
      differs(directory, one.name + " has " + std::to_string(size) + " bytes, and " +
                             std::to_string(one.mark.length) + " were read of it before");
    }
    if (!one.mark.fits(one.fd, one.name.c_str()))
      differs(directory, one.name + " is not the file that was read before, or it was changed");
    if (drained && size > one.mark.length) {
      throw Error(base::Kind::usage, one.name + " has grown, and the state in " + directory +
                                         " is that of its end: what was open then has been closed")
          .hint("start again with another directory; for input that grows, use a topic")
          .code("state_drained");
    }
    if (size > one.mark.length) end_last_line(one, directory);
  }
}

// A last line without a newline was read as it was. What has been added has to begin with that newline.
void SavedInputs::end_last_line(One& one, const std::string& directory) {
  if (one.place.byte == 0) return;
  char around[2] = {};
  const ssize_t got = ::pread(one.fd, around, 2, static_cast<off_t>(one.place.byte) - 1);
  if (got < 0) throw Error(base::Kind::io, "cannot read " + one.name + ": " + base::errno_words(errno));
  if (around[0] == '\n') return;
  if (around[1] != '\n') {
    differs(directory, "line " + std::to_string(one.place.line - 1) + " of " + one.name +
                           " is longer than it was when it was read");
  }
  ++one.place.byte;
}

std::function<std::optional<base::Offset>(const log::TopicPartition&)> SavedInputs::positions(
    std::size_t input) const {
  if (inputs_[input].next.empty()) return {};
  return [next = inputs_[input].next](const log::TopicPartition& of) -> std::optional<base::Offset> {
    const auto found = next.find(of);
    // A partition that came up since is read from its start.
    return found == next.end() ? base::Offset{0} : found->second;
  };
}

void SavedInputs::begin_at(std::size_t input, const log::TopicPartition& partition, base::Offset next) {
  if (next.value >= 0) inputs_[input].next.try_emplace(partition, next);
}

bool SavedInputs::any_topic() const {
  return std::any_of(inputs_.begin(), inputs_.end(), [](const One& one) { return one.kind == Kind::topic; });
}

std::vector<bool> SavedInputs::pipes() const {
  std::vector<bool> all;
  for (const One& one : inputs_) all.push_back(one.kind == Kind::pipe);
  return all;
}

}  // namespace weir::cli
