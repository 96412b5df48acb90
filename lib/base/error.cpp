#include "base/error.h"

#include <cctype>
#include <cerrno>
#include <cstring>

namespace weir::base {

ExitCode exit_code(Kind kind) noexcept {
  switch (kind) {
    case Kind::usage:
      return ExitCode::usage;
    case Kind::data:
      return ExitCode::data;
    case Kind::io:
      return ExitCode::io;
    case Kind::network:
      return ExitCode::network;
    case Kind::auth:
      return ExitCode::auth;
    case Kind::undelivered:
      return ExitCode::undelivered;
    case Kind::limit:
      return ExitCode::limit;
    case Kind::internal:
      return ExitCode::internal;
    case Kind::timeout:
      return ExitCode::timeout;
  }
  return ExitCode::internal;
}

const char* name(Kind kind) noexcept {
  switch (kind) {
    case Kind::usage:
      return "usage";
    case Kind::data:
      return "data";
    case Kind::io:
      return "io";
    case Kind::network:
      return "network";
    case Kind::auth:
      return "auth";
    case Kind::undelivered:
      return "undelivered";
    case Kind::limit:
      return "limit";
    case Kind::internal:
      return "internal";
    case Kind::timeout:
      return "timeout";
  }
  return "internal";
}

std::string errno_words(int error_number) {
  if (error_number == ENOSPC) return "disk full";
  if (error_number == EDQUOT) return "disk quota used up";
  if (error_number == EBADF) return "it is closed, or open the other way round";
  // strerrordesc_np is untranslated and thread-safe, unlike strerror.
  const char* words = strerrordesc_np(error_number);
  if (words == nullptr) return "error " + std::to_string(error_number);
  std::string text = words;
  // "Is a directory" but not "I/O error": lower the first letter only of a plain word.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

}  // namespace weir::base
