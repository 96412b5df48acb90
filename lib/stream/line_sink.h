// Writes rows as lines, each ended by a newline, in big blocks: to stdout, or to a FILE of its own (dead
// letters, late rows).
//
// Blocking   an inherited descriptor is never made non-blocking, since others share it: write() then simply
// blocks.
//            Where somebody else has made it so, the sink waits for room. With while_blocked() a pipe or terminal is opened
//            once more for ourselves, and what is neither that nor a file is written in pieces for which there is room.
// Copies     rows are gathered; many that lie together as they are to be written go out from where they lie.
// Sizes      writes are at most half the pipe, so that both ends work at the same time.
// Shared     where others append to the same file, every write is of whole rows: theirs and ours never mix within a line.
//            A row is then gathered whole, whatever its size. What somebody who was killed, or whose disk was full, left
//            without a newline is ended before our first row.
// Terminal   control characters of a row, U+0080 to U+009F among them, and bytes that are no UTF-8 are written as \xNN, so
//            that no event can play with the screen; marks are left out. In a pipe or a file every byte is as it is.
// Acked      written to the descriptor.
// Errors     a reader that went away (EPIPE) is Flow::stop. All else throws Error(Kind::io), "cannot write to
// stdout: ...". Threads    the loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "stream/stage.h"

namespace weir::stream {

class LineSink final : public Sink {
 public:
  enum class RowEnd { newline, nothing };
  enum class Writers { one, several };  // to what the descriptor names
  // `fd` is borrowed; `name` stands in messages: "stdout".
  LineSink(int fd, std::string name, RowEnd row_end = RowEnd::newline, Writers writers = Writers::one);
  // Opens (creates, or empties when `append` is not asked for) the file at `path`. One that is appended to may have
  // several writers.
  enum class Existing { truncate, append };
  static LineSink open(const std::string& path, Existing existing);
  LineSink(LineSink&& other) noexcept;
  ~LineSink() override;  // what was not flushed is lost: the loop flushes

  Flow write(const Batch& batch) override;
  Ticket acked() override { return acked_; }
  int wait_fd() const override { return -1; }
  void flush() override;
  int watch_fd() const override { return fd_; }
  std::uint64_t bytes() const override { return written_; }
  void while_blocked(std::function<void()> attend) override;

  bool gone() const override { return gone_; }  // every write() is then Flow::stop

 private:
  void write_rows(const std::vector<Line>& lines);
  void write_run(const char* data, std::size_t size);
  void write_whole_rows(const std::vector<Line>& lines);
  void write_escaped(const std::vector<Line>& lines);
  void append(const char* data, std::size_t size);
  void make_buffer(std::size_t least);
  void write_out(std::string_view run = {}, std::string_view end = {});
  void await_room() const;

  int fd_;
  bool owned_ = false;
  std::function<void()> attend_;  // none: a write may block for as long as it likes
  int unblocking_fd_ = -1;        // with attend_: the same pipe or terminal, where a write does not block
  bool terminal_ = false;
  RowEnd row_end_;
  Writers writers_ = Writers::one;
  bool after_torn_row_ = false;  // the file ends in the middle of a line
  bool gone_ = false;
  std::string name_;
  std::size_t capacity_ = 0;     // of out_, once it is there
  std::unique_ptr<char[]> out_;  // made at the first write: many runs write nothing
  std::size_t used_ = 0;
  Ticket taken_;  // of the last batch that is in out_ or behind it
  Ticket acked_;
  std::uint64_t written_ = 0;
};

}  // namespace weir::stream
