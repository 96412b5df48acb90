#include "log/config_file.h"

#include <charconv>

#include "base/error.h"
#include "base/file.h"
#include "log/topic_name.h"
#include "record/crc32c.h"

namespace weir::log {
namespace {

constexpr std::string_view kFirstLine = "weir-topic-configs 1\n";
constexpr std::string_view kSumName = "crc32c ";
constexpr char kHex[] = "0123456789abcdef";

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c > 0x20 && c < 0x7f && c != '%') {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return text;
}

bool unescape(std::string_view text, std::string* to) {
  to->clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      *to += text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return false;
    const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
    if (error != std::errc() || end != text.data() + i + 3) return false;
    *to += static_cast<char>(byte);
    i += 2;
  }
  return true;
}

std::string sum_line(std::string_view text) {
  std::uint32_t sum = record::crc32c(text);
  std::string hex(8, '0');
  for (std::size_t i = 8; i-- > 0; sum >>= 4) hex[i] = kHex[sum & 15];
  return std::string(kSumName) + hex + "\n";
}

[[noreturn]] void damaged(const std::string& path, std::size_t line, const std::string& why) {
  throw base::Error(base::Kind::io, "the topic settings are damaged: " + why)
      .at(path + ":" + std::to_string(line))
      .hint("to go on with default settings: mv '" + path + "' '" + path + ".damaged'")
      .code("damaged_settings");
}

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(kConfigFileName);
}

}  // namespace

std::string encode_config_file(const ConfigFile& configs) {
  std::string text(kFirstLine);
  for (const auto& [topic, settings] : configs) {
    for (const auto& [name, value] : settings) text += topic + " " + name + "=" + escaped(value) + "\n";
  }
  return text + sum_line(text);
}

ConfigFile decode_config_file(std::string_view text, const std::string& path) {
  if (!text.starts_with(kFirstLine)) damaged(path, 1, "the first line is not 'weir-topic-configs 1'");
  // The checksum first: when it holds, all that follows is what we wrote, unless somebody edited file and sum alike.
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n';
  const std::size_t sum_at = text.rfind('\n', text.size() - 2) + 1;
  if (text.back() != '\n' || !text.substr(sum_at).starts_with(kSumName))
    damaged(path, lines, "the checksum at its end is missing");
  if (text.substr(sum_at) != sum_line(text.substr(0, sum_at)))
    damaged(path, lines, "the checksum does not match");

  ConfigFile configs;
  std::size_t line_number = 1;
  std::string_view rest = text.substr(kFirstLine.size(), sum_at - kFirstLine.size());
  while (!rest.empty()) {
    ++line_number;
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const std::size_t blank = line.find(' ');
    const std::size_t equals = line.find('=', blank == std::string_view::npos ? 0 : blank);
    if (blank == std::string_view::npos || equals == std::string_view::npos)
      damaged(path, line_number, "no setting on this line");
    const std::string_view topic = line.substr(0, blank);
    const std::string_view name = line.substr(blank + 1, equals - blank - 1);
    std::string value;
    if (!topic_name_fault(topic).empty()) damaged(path, line_number, "no topic name on this line");
    if (!unescape(line.substr(equals + 1), &value))
      damaged(path, line_number, "a value ends inside an escape");
    if (const auto fault = setting_fault(name, value)) damaged(path, line_number, *fault);
    configs[std::string(topic)][std::string(name)] = value;
  }
  return configs;
}

ConfigFile load_config_file(base::Sys& sys, const std::string& directory) {
  std::string text;
  const std::string path = path_in(directory);
  if (!base::File::read_whole(sys, path, &text)) return {};
  return decode_config_file(text, path);
}

void save_config_file(base::Sys& sys, const std::string& directory, const ConfigFile& configs) {
  base::File::replace(sys, path_in(directory), encode_config_file(configs));
}

}  // namespace weir::log
