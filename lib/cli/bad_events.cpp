#include <sys/stat.h>

#include "base/error.h"
#include "bus/bus.h"
#include "cli/open.h"
#include "stream/line_sink.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::string_view kTopic = "topic:";

// The same file under another name, too: what counts is device and inode.
bool same_file(const std::string& target, const std::string& input, const Io& io) {
  struct stat a {};
  struct stat b {};
  if (io.sys.stat(target, &a) != 0 || !S_ISREG(a.st_mode)) return false;
  const bool found = input == "-" ? io.sys.fstat(io.in, &b) == 0 : io.sys.stat(input, &b) == 0;
  return found && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void refuse_loop(const std::string& target, const std::vector<std::string>& inputs, const Io& io) {
  for (const std::string& input : inputs.empty() ? std::vector<std::string>{"-"} : inputs) {
    const bool topics = target.starts_with(kTopic) || input.starts_with(kTopic);
    if (target != input && (topics || !same_file(target, input, io))) continue;
    throw Error(Kind::usage, "--dead-letter " + target + " is an input too, and would feed itself")
        .hint("--dead-letter with another name")
        .code("dead_letter_loop");
  }
}

bool names(const std::string& target, int fd, const Io& io, struct stat& found) {
  struct stat named {};
  return io.sys.stat(target, &named) == 0 && io.sys.fstat(fd, &found) == 0 && named.st_dev == found.st_dev &&
         named.st_ino == found.st_ino;
}

// A file that was opened twice has two positions: stdout or stderr would write over the letters. So what stderr is, as
// with /dev/stderr, is written to by stderr's own descriptor, and what stdout is, is refused.
std::unique_ptr<stream::Sink> open_file(const std::string& target, const Io& io) {
  using stream::LineSink;
  struct stat info {};
  if (names(target, io.err, io, info))
    return std::make_unique<LineSink>(io.err, target, LineSink::RowEnd::newline, LineSink::Writers::several);
  if (names(target, io.out, io, info) && (S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode))) {
    throw Error(Kind::usage,
                "--dead-letter " + target + " is stdout too, and would mix bad events with the good ones")
        .hint("--dead-letter with another name")
        .code("dead_letter_loop");
  }
  return std::make_unique<LineSink>(LineSink::open(target, LineSink::Existing::append));
}

}  // namespace

BadEvents::BadEvents(const ErrorFlags& flags, const BusFlags& bus, const std::vector<std::string>& inputs,
                     Io& io) {
  stream::Errors::Options options;
  options.tool = io.tool;
  options.policy = flags.policy;
  options.max_errors = flags.max_errors;
  if (!flags.dead_letter.empty()) {
    refuse_loop(flags.dead_letter, inputs, io);
    if (flags.dead_letter.starts_with(kTopic)) {
      log::SinkOptions to;
      to.topic = flags.dead_letter.substr(kTopic.size());
      to.say = [&io](const std::string& line) { io.notice(line); };
      letters_ = io.bus(bus).open_sink(std::move(to));
      options.form = stream::Errors::Form::records;
    } else {
      letters_ = open_file(flags.dead_letter, io);
    }
    options.dead_letters = letters_.get();
  }
  errors_ = std::make_unique<stream::Errors>(std::move(options));
}

}  // namespace weir::cli
