// What a tool's run() talks to: descriptors, poller, clock, file seam, environment and the stop wish. A unit test
// calls run() with pipes and a fake clock.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/poller.h"
#include "base/sys.h"
#include "stream/stop.h"

namespace weir::bus {
class Bus;
}

namespace weir::log {
class Source;
}

namespace weir::cli {

struct BusFlags;

// The flags every tool has: how it talks on stderr.
struct Talk {
  enum class Color { automatic, always, never };
  enum class Errors { text, json };
  enum class Summary {
    when_needed,
    text,
    json
  };  // when_needed: one line when events were skipped, late or dead, or all that could be taken were dropped
  bool quiet = false;
  bool verbose = false;
  Color color = Color::automatic;
  Errors errors = Errors::text;
  Summary summary = Summary::when_needed;
  std::optional<bool> progress;  // none: when stderr is a terminal and the work lasts over a second
};

struct Io {
  explicit Io(base::Clock& the_clock = base::system_clock(), base::Poller& the_poller = base::system_poller(),
              base::Sys& the_sys = base::real_sys())
      : poller(the_poller), clock(the_clock), sys(the_sys) {}

  int in = 0;
  int out = 1;
  int err = 2;
  base::Poller& poller;
  base::Clock& clock;
  base::Sys& sys;
  stream::Stop* stop = nullptr;  // what SIGINT and SIGTERM wish; none: nobody asks
  std::string tool =
      "weir";  // as messages call it: "filter", or "weir filter" when the dispatcher started it
  std::string version = WEIR_VERSION;
  Talk talk;
  // The value of an environment variable; empty when it is not set.
  std::function<std::string(const char* name)> env = [](const char*) { return std::string(); };

  // One line on stderr, "TOOL: TEXT", control characters escaped. notice() is silent under -q; warn() is not.
  void notice(std::string_view text) const;
  void warn(std::string_view text) const;
  // The bytes as they are: for what was laid out already (summary, errors, --lag).
  void put_err(std::string_view text) const;
  // A line at the bottom of the terminal, drawn over by the next; whatever else goes to stderr takes it away first.
  // Empty: away with it.
  void status(std::string_view line) const;
  // Writes all of `text` to stdout. A reader that went away is a normal end and tells so by false; any other failure
  // throws Error(Kind::io).
  bool put_out(std::string_view text) const;

  bool out_is_terminal() const;
  bool err_is_terminal() const;
  bool color() const;  // for stderr: --color, NO_COLOR, FORCE_COLOR, and whether it is a terminal

  // Members of groups, which are to leave them when the run ends. cli::run lets them.
  std::vector<log::Source*> members;

  // A run is under way: a wish to stop is the loop's, which settles. Before that it ends waits for a cluster.
  bool running = false;

  // The bus that -b, $WEIR_BUS or the default names. Opened once, lives as long as this Io.
  bus::Bus& bus(const BusFlags& flags);

 private:
  mutable bool status_shown_ = false;
  std::shared_ptr<bus::Bus> bus_;  // shared_ptr, so that a tool without a bus links none
};

}  // namespace weir::cli
