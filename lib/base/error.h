// What stops a run. Thrown where the world fails (disk, network, usage), caught only in cli::tool_main, which
// turns it into a message on stderr and an exit code. Data that is bad now and then is a value, never a
// throw. Threads: a value type; each thread throws its own.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "base/exit_code.h"

namespace weir::base {

// Chosen by what the user would do about it. One kind, one exit code (exit_code.h).
enum class Kind {
  usage,        // a flag, an expression, a topic name, a configuration
  data,         // bad input under --on-error fail, --max-errors reached, lines lost between two tools
  io,           // local I/O or storage: disk full, corrupt log, lock, permission, stdout
  network,      // no broker, connection lost
  auth,         // authentication or authorisation
  undelivered,  // delivery not confirmed for some records
  limit,        // memory, keys, steps
  internal,     // a bug of ours
  timeout,      // --timeout ran out
};

class Error : public std::exception {
 public:
  // `what` is one line in the user's words, without the tool's name and without a final full stop.
  Error(Kind kind, std::string what) : kind_(kind), what_(std::move(what)) {}

  // Each sets one further line of the message and returns *this, so that a throw reads as one sentence:
  //   throw Error(Kind::data, "line is not valid JSON: ...").at("events.ndjson:12:17").hint("...");
  Error& at(std::string place) & { return place_ = std::move(place), *this; }  // SOURCE:LINE:COLUMN
  Error& excerpt(std::string text, std::size_t caret) & {      // bytes of the line around the fault;
    return excerpt_ = std::move(text), caret_ = caret, *this;  // caret: byte index into `text`
  }
  Error& detail(std::string line) & {
    return detail_ = std::move(line), *this;
  }  // "91,002 records are safe; ..."
  Error& hint(std::string text) & { return hint_ = std::move(text), *this; }  // can be pasted
  Error& code(std::string name) & {
    return code_ = std::move(name), *this;
  }  // stable, for --error-format=json
  Error&& at(std::string place) && { return std::move(at(std::move(place))); }
  Error&& excerpt(std::string text, std::size_t caret) && {
    return std::move(excerpt(std::move(text), caret));
  }
  Error&& detail(std::string line) && { return std::move(detail(std::move(line))); }
  Error&& hint(std::string text) && { return std::move(hint(std::move(text))); }
  Error&& code(std::string name) && { return std::move(code(std::move(name))); }

  Kind kind() const noexcept { return kind_; }
  const char* what() const noexcept override { return what_.c_str(); }
  const std::string& place() const noexcept { return place_; }
  const std::string& excerpt() const noexcept { return excerpt_; }
  std::size_t caret() const noexcept { return caret_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& hint() const noexcept { return hint_; }
  const std::string& code() const noexcept { return code_; }  // empty: the kind's own name serves

 private:
  Kind kind_;
  std::size_t caret_ = 0;
  std::string what_, place_, excerpt_, detail_, hint_, code_;
};

ExitCode exit_code(Kind kind) noexcept;
const char* name(Kind kind) noexcept;  // "usage", "data", ...

// "disk full", "permission denied", ...: the words for an errno value, in lower case, for the middle of a
// sentence.
std::string errno_words(int error_number);

}  // namespace weir::base
