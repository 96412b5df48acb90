#include "model/driver.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "base/exit_code.h"
#include "cli/io.h"
#include "cli/message.h"
#include "cli/parser.h"
#include "cli/talk_flags.h"
#include "model/half_feed.h"
#include "tools/join/flags.h"
#include "tools/join/run.h"
#include "tools/table/flags.h"
#include "tools/table/run.h"
#include "tools/window/flags.h"
#include "tools/window/run.h"

namespace weir::model {
namespace {

// A file in memory.
class Scratch {
 public:
  explicit Scratch(std::string_view text = {}) : fd_(::memfd_create("case", MFD_CLOEXEC)) {
    if (fd_ < 0 || ::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::lseek(fd_, 0, SEEK_SET) != 0)
      throw std::runtime_error("no file in memory");
  }
  ~Scratch() { ::close(fd_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  int fd() const { return fd_; }
  std::string text() const {
    std::string all(static_cast<std::size_t>(::lseek(fd_, 0, SEEK_END)), '\0');
    if (::pread(fd_, all.data(), all.size(), 0) != static_cast<ssize_t>(all.size()))
      throw std::runtime_error("short read");
    return all;
  }

 private:
  int fd_;
};

// An input whose bytes come a few at a time.
class Trickle {
 public:
  explicit Trickle(std::string text) : text_(std::move(text)) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read_ = ends[0];
    writer_ = std::thread([this, end = ends[1]] { write_to(end); });
  }
  ~Trickle() {
    ::close(read_);
    writer_.join();
  }
  Trickle(const Trickle&) = delete;
  Trickle& operator=(const Trickle&) = delete;

  int fd() const { return read_; }

 private:
  void write_to(int end) {
    std::size_t size = 1;  // 1, 2, ... 29 and again
    for (std::size_t at = 0; at < text_.size(); at += size, size = size % 29 + 1) {
      if (::write(end, text_.data() + at, std::min(size, text_.size() - at)) <= 0) break;
    }
    ::close(end);
  }

  std::string text_;
  int read_ = -1;
  std::thread writer_;
};

std::string path_of(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

template <typename Options>
base::ExitCode parsed_and_run(cli::Flags (*flags)(Options&), base::ExitCode (*run)(const Options&, cli::Io&),
                              const std::vector<std::string>& arguments, cli::Io& io) {
  try {
    Options options;
    cli::Asked asked;
    cli::parse({flags(options), cli::talk_flags(io.talk, asked)}, arguments);
    return run(options, io);
  } catch (const base::Error& error) {
    io.put_err(cli::format_error(io.tool, error, {}));
    return base::exit_code(error.kind());
  }
}

int run_on(const std::string& tool, std::vector<std::string> arguments, const std::vector<int>& inputs,
           cli::Io& io) {
  io.tool = tool;
  io.in = inputs[0];
  if (inputs.size() > 1) {
    for (const int fd : inputs) arguments.push_back(path_of(fd));
  }
  const base::ExitCode code = tool == "join"    ? parsed_and_run(join::flags, join::run, arguments, io)
                              : tool == "table" ? parsed_and_run(table::flags, table::run, arguments, io)
                                                : parsed_and_run(window::flags, window::run, arguments, io);
  return static_cast<int>(code);
}

// A folder that goes with its contents.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "weir-model-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder");
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Where it is stopped: somewhere in each text, differently in each.
std::vector<std::size_t> stops_in(const std::vector<std::string>& texts) {
  std::vector<std::size_t> stops;
  std::size_t hash = 17;
  for (const std::string& text : texts) {
    hash = hash * 31 + std::hash<std::string>()(text);
    stops.push_back(hash % (text.size() + 1));
  }
  return stops;
}

Ran run_twice(const std::string& tool, std::vector<std::string> arguments,
              const std::vector<std::string>& inputs) {
  const Folder state;
  arguments.insert(arguments.end(), {"--state", state.path() + "/state"});
  const Scratch out, first_err, err;
  {
    HalfFeed feed(inputs, stops_in(inputs));
    cli::Io io;
    io.out = out.fd();
    io.err = first_err.fd();
    io.stop = &feed;
    const int code = run_on(tool, arguments, feed.inputs(), io);
    if (code != static_cast<int>(base::ExitCode::interrupted)) return {code, out.text(), first_err.text()};
  }
  std::vector<std::unique_ptr<Trickle>> pipes;
  std::vector<int> readable;
  for (const std::string& text : inputs)  // all of it again
    readable.push_back(pipes.emplace_back(std::make_unique<Trickle>(text))->fd());
  cli::Io io;
  io.out = out.fd();
  io.err = err.fd();
  const int code = run_on(tool, arguments, readable, io);
  return {code, out.text(), err.text(), true};
}

}  // namespace

Ran run_tool(const std::string& tool, std::vector<std::string> arguments,
             const std::vector<std::string>& inputs, Feed feed) {
  if (feed == Feed::resumed) return run_twice(tool, std::move(arguments), inputs);
  if (feed == Feed::spilled) arguments.insert(arguments.end(), {"--max-state", "1"});
  std::vector<std::unique_ptr<Scratch>> files;
  std::vector<std::unique_ptr<Trickle>> pipes;
  std::vector<int> readable;
  for (const std::string& text : inputs) {
    if (feed == Feed::trickled)
      readable.push_back(pipes.emplace_back(std::make_unique<Trickle>(text))->fd());
    else
      readable.push_back(files.emplace_back(std::make_unique<Scratch>(text))->fd());
  }
  const Scratch out, err;
  cli::Io io;
  io.out = out.fd();
  io.err = err.fd();
  const int code = run_on(tool, std::move(arguments), readable, io);
  return {code, out.text(), err.text()};
}

}  // namespace weir::model
