#include "cli/tool_main.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <new>

#include "base/error.h"
#include "base/stopped.h"
#include "cli/dump.h"
#include "cli/help.h"
#include "cli/message.h"
#include "cli/parser.h"
#include "cli/signals.h"
#include "cli/talk_flags.h"

namespace weir::cli {
namespace {

using base::Error;
using base::ExitCode;
using base::Kind;

// The dispatcher starts a tool under the name "weir filter"; messages say what was typed.
std::string spoken_name(const char* argv0, const std::string& name) {
  const std::string dispatched = "weir " + name;
  return argv0 != nullptr && dispatched == argv0 ? dispatched : name;
}

std::string version_text(const Tool& tool, bool verbose) {
  std::string text = tool.name + " (weir) " WEIR_VERSION "\n";
  if (!verbose) return text;
#ifdef __OPTIMIZE__
  text += "built by g++ " __VERSION__ ", optimised\n";
#else
  text += "built by g++ " __VERSION__ ", not optimised\n";
#endif
  return text +=
         "durability: durable (fsync by group commit; the default), os, none\n"
         "codecs: none gzip snappy lz4 zstd\n";
}

// A hint that begins with the tool's own name is to be pasted: it names the tool as it was called.
Error as_called(const Io& io, Error error) {
  constexpr std::string_view kDispatcher = "weir ";
  if (!io.tool.starts_with(kDispatcher)) return error;
  if (error.hint().starts_with(io.tool.substr(kDispatcher.size()) + " "))
    error.hint(std::string(kDispatcher) + error.hint());
  return error;
}

void report(const Io& io, const Error& error) {
  const MessageStyle style{
      .json = io.talk.errors == Talk::Errors::json, .color = io.color(), .excerpt = io.err_is_terminal()};
  io.put_err(format_error(io.tool, error, style));
}

// Whatever went wrong, as the Error it is for the user. Called from within a catch block.
Error current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(Kind::limit, "out of memory")
        .hint("give the process more memory, or a smaller --max-line")
        .code("out_of_memory");
  } catch (const std::exception& error) {
    return Error(Kind::internal, std::string("internal error: ") + error.what())
        .detail("this is a bug in weir " WEIR_VERSION)
        .hint("report the version, the command line and this message");
  } catch (...) {
    return Error(Kind::internal, "internal error of an unknown kind")
        .detail("this is a bug in weir " WEIR_VERSION)
        .hint("report the version, the command line and this message");
  }
}

ExitCode report_current(const Io& io) {
  try {
    const Error error = as_called(io, current_error());
    report(io, error);
    return base::exit_code(error.kind());
  } catch (const std::bad_alloc&) {  // not even memory for the message
    io.put_err("weir: error: out of memory\n");
    return ExitCode::limit;
  }
}

ExitCode parse_and_run(const std::vector<std::string>& arguments, const Tool& tool, Io& io) {
  Asked asked;
  const Flags flags{tool.flags(), talk_flags(io.talk, asked)};
  try {
    parse(flags, arguments);
  } catch (const Error&) {
    if (!asked.short_help && !asked.whole_help && !asked.version && asked.dump.empty())
      throw;  // help first, errors later
  }
  if (asked.whole_help) {
    io.put_out(whole_help(io.tool, tool.summary, flags));
  } else if (asked.short_help) {
    io.put_out(short_help(io.tool, tool.summary, flags));
  } else if (asked.version) {
    io.put_out(version_text(tool, io.talk.verbose));
  } else if (!asked.dump.empty()) {
    io.put_out(dump_flags(asked.dump, tool.name, flags));
  } else {
    return tool.run(io);
  }
  return ExitCode::ok;
}

// Errors of what was written earlier may show only now (a quota on a network disk).
void close_stdout(const Io& io) {
  if (::close(io.out) != 0 && errno != EBADF && errno != EINTR) {
    throw Error(Kind::io, "cannot write to stdout: " + base::errno_words(errno));
  }
}

}  // namespace

int run_tool(int argc, char** argv, const Tool& tool) {
  open_standard_descriptors();
  Io io;
  io.tool = spoken_name(argc > 0 ? argv[0] : nullptr, tool.name);
  io.env = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  ExitCode code = ExitCode::ok;
  try {
    Signals signals;
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
      io.put_out(version_text(tool, false));  // the same as below, without reading the declaration
    } else {
      io.stop = &signals;
      try {
        code = parse_and_run({argv + 1, argv + argc}, tool, io);
      } catch (const base::Stopped&) {
        code = ExitCode::interrupted;
      }
      if (code == ExitCode::interrupted && signals.caught() == SIGTERM) code = ExitCode::terminated;
    }
    close_stdout(io);
  } catch (...) {
    code = report_current(io);
  }
  return static_cast<int>(code);
}

}  // namespace weir::cli
