#include "cli/side_sink.h"

#include <sys/stat.h>

#include "base/error.h"
#include "bus/bus.h"
#include "stream/line_sink.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

// The same file under another name, too: what counts is device and inode.
bool same_file(const std::string& target, const std::string& input, const Io& io) {
  struct stat a {};
  struct stat b {};
  if (io.sys.stat(target, &a) != 0 || !S_ISREG(a.st_mode)) return false;
  const bool found = input == "-" ? io.sys.fstat(io.in, &b) == 0 : io.sys.stat(input, &b) == 0;
  return found && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void refuse_loop(const SideTarget& side, const std::vector<std::string>& inputs, const Io& io) {
  const std::string& target = side.target;
  for (const std::string& input : inputs.empty() ? std::vector<std::string>{"-"} : inputs) {
    const bool topics = target.starts_with(kTopicTarget) || input.starts_with(kTopicTarget);
    if (target != input && (topics || !same_file(target, input, io))) continue;
    throw Error(Kind::usage, side.flag + " " + target + " is an input too, and would feed itself")
        .hint(side.flag + " with another name")
        .code(side.loop_code);
  }
}

bool names(const std::string& target, int fd, const Io& io, struct stat& found) {
  struct stat named {};
  return io.sys.stat(target, &named) == 0 && io.sys.fstat(fd, &found) == 0 && named.st_dev == found.st_dev &&
         named.st_ino == found.st_ino;
}

// A file that was opened twice has two positions: stdout or stderr would write over the events. So what stderr is, as
// with /dev/stderr, is written to by stderr's own descriptor, and what stdout is, is refused.
std::unique_ptr<stream::Sink> open_file(const SideTarget& side, const Io& io) {
  const std::string& target = side.target;
  using stream::LineSink;
  struct stat info {};
  if (names(target, io.err, io, info))
    return std::make_unique<LineSink>(io.err, target, LineSink::RowEnd::newline, LineSink::Writers::several);
  if (names(target, io.out, io, info) && (S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode))) {
    throw Error(Kind::usage, side.flag + " " + target + " is stdout too, and would mix " + side.events +
                                 " with the good ones")
        .hint(side.flag + " with another name")
        .code(side.loop_code);
  }
  return std::make_unique<LineSink>(LineSink::open(target, LineSink::Existing::append));
}

}  // namespace

std::unique_ptr<stream::Sink> open_side(const SideTarget& side, const BusFlags& bus,
                                        const std::vector<std::string>& inputs, Io& io) {
  refuse_loop(side, inputs, io);
  if (!side.target.starts_with(kTopicTarget)) return open_file(side, io);
  log::SinkOptions to;
  to.topic = side.target.substr(kTopicTarget.size());
  to.say = [&io](const std::string& line) { io.notice(line); };
  return io.bus(bus).open_sink(std::move(to));
}

}  // namespace weir::cli
