#include "cli/message.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace weir::cli {
namespace {

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kGreen = "\x1b[1;32m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kExcerptColumns = 76;

// Length of the UTF-8 sequence at the front of `text`, shortest form and no surrogates; 0 when it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;
  if (lead == 0xed && byte(1) > 0x9f) return 0;
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

void append_hex(std::string& to, unsigned value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) to += "0123456789abcdef"[(value >> shift) & 15];
}

// U+0080 to U+009F: a terminal may take them for escape sequences, just as the ones below U+0020.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

std::string paint(std::string_view text, std::string_view color, bool on) {
  if (!on) return std::string(text);
  std::string painted(color);
  return painted.append(text).append(kPlain);
}

// The part of a line around its fault, on one row of the terminal, and the caret under it.
std::string excerpt_lines(const base::Error& error, bool color) {
  const std::string_view text = error.excerpt();
  const std::size_t caret = std::min(error.caret(), text.size());
  std::size_t from = caret > kExcerptColumns / 2 ? caret - kExcerptColumns / 2 : 0;
  while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80) --from;
  const std::string before = escape_control(text.substr(from, caret - from));
  const std::string after = escape_control(text.substr(caret, kExcerptColumns / 2));
  // One column per character, counting those that escape_control made out of one.
  const auto columns = static_cast<std::size_t>(std::count_if(
      before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  std::string lines = "  " + before + after + "\n  ";
  lines.append(columns, ' ').append(paint("^", kRed, color)).append("\n");
  return lines;
}

std::string text_message(std::string_view tool, const base::Error& error, const MessageStyle& style) {
  std::string message = escape_control(tool) + ": " + paint("error:", kRed, style.color) + " " +
                        escape_control(error.what()) + "\n";
  int lines = 1;
  const auto line = [&](std::string_view label, std::string_view color, const std::string& text) {
    if (text.empty()) return;
    message.append("  ").append(label.empty() ? std::string() : paint(label, color, style.color) + " ");
    message.append(escape_control(text)).append("\n");
    ++lines;
  };
  line("at:", kDim, error.place());
  line({}, {}, error.detail());
  const int hint_lines = error.hint().empty() ? 0 : 1;
  if (style.excerpt && !error.excerpt().empty() && lines + 2 + hint_lines <= 5)
    message += excerpt_lines(error, style.color);
  line("hint:", kGreen, error.hint());
  return message;
}

std::string json_message(std::string_view tool, const base::Error& error) {
  std::string message = "{\"tool\":" + json_string(tool) + ",\"error\":" + json_string(error.what());
  message += ",\"code\":" + json_string(error.code().empty() ? base::name(error.kind()) : error.code());
  message += ",\"exit\":" + std::to_string(static_cast<int>(base::exit_code(error.kind())));
  const auto member = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) message.append(",\"").append(name).append("\":").append(json_string(text));
  };
  member("at", error.place());
  member("detail", error.detail());
  member("hint", error.hint());
  return message + "}\n";
}

}  // namespace

std::string escape_control(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const auto byte = static_cast<unsigned char>(character[0]);
    if (length == 0) {
      safe += "\\x";
      append_hex(safe, byte, 2);
    } else if (!is_control(character)) {
      safe += character;
    } else if (byte == '\n') {
      safe += "\\n";
    } else if (byte == '\t') {
      safe += "\\t";
    } else if (byte == '\r') {
      safe += "\\r";
    } else {
      safe += "\\u";
      append_hex(safe, character.size() == 1 ? byte : static_cast<unsigned char>(character[1]), 4);
    }
    text.remove_prefix(character.size());
  }
  return safe;
}

std::string json_string(std::string_view text) {
  std::string literal = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const auto byte = static_cast<unsigned char>(character[0]);
    if (length == 0) {
      literal += "\xef\xbf\xbd";
    } else if (byte == '"' || byte == '\\') {
      literal.append("\\").append(character);
    } else if (byte == '\n') {
      literal += "\\n";
    } else if (byte == '\t') {
      literal += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      literal += "\\u";
      append_hex(literal, byte, 4);
    } else {
      literal += character;
    }
    text.remove_prefix(character.size());
  }
  return literal + "\"";
}

std::string format_error(std::string_view tool, const base::Error& error, const MessageStyle& style) {
  return style.json ? json_message(tool, error) : text_message(tool, error, style);
}

base::ExitCode report_out_of_memory() noexcept {
  constexpr std::string_view kMessage = "weir: error: out of memory\n";
  (void)!::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  return base::ExitCode::limit;
}

}  // namespace weir::cli
