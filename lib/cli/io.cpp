#include "cli/io.h"

#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "cli/message.h"

namespace weir::cli {
namespace {

// False for EPIPE; throws nothing, so that it serves stderr too: `error` is the errno of any other failure, else 0.
bool write_all(int fd, std::string_view text, int* error) {
  *error = 0;
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size >= 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      // Somebody who shares the descriptor has made it non-blocking.
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      *error = errno == EPIPE ? 0 : errno;
      return false;
    }
  }
  return true;
}

}  // namespace

void Io::put_err(std::string_view text) const {
  status({});
  int error = 0;
  write_all(err, text, &error);  // when it fails there is nobody left to tell
}

void Io::status(std::string_view line) const {
  constexpr std::string_view kErase = "\r\x1b[K";
  if (line.empty() && !status_shown_) return;
  status_shown_ = !line.empty();
  int error = 0;
  write_all(err, std::string(kErase).append(line), &error);
}

bool Io::put_out(std::string_view text) const {
  int error = 0;
  const bool written = write_all(out, text, &error);
  if (error != 0) throw base::Error(base::Kind::io, "cannot write to stdout: " + base::errno_words(error));
  return written;
}

void Io::warn(std::string_view text) const {
  put_err(tool + ": " + escape_control(text) + "\n");
}

void Io::notice(std::string_view text) const {
  if (!talk.quiet) warn(text);
}

bool Io::out_is_terminal() const {
  return ::isatty(out) == 1;
}
bool Io::err_is_terminal() const {
  return ::isatty(err) == 1;
}

bool Io::color() const {
  if (talk.color != Talk::Color::automatic) return talk.color == Talk::Color::always;
  if (!env("NO_COLOR").empty()) return false;
  if (const std::string force = env("FORCE_COLOR"); !force.empty()) return force != "0";
  return err_is_terminal() && env("TERM") != "dumb";
}

}  // namespace weir::cli
