#include "log/topic_name.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace weir::log {
namespace {

constexpr std::size_t kMaxNameBytes = 249;

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

// Kafka's own rule: what a folder written by a broker may be called.
std::string_view kafka_fault(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxNameBytes) return "is longer than 249 bytes";
  if (name == "." || name == "..") return "is a path, not a name";
  if (!std::all_of(name.begin(), name.end(), allowed)) return "may hold only A-Z a-z 0-9 . _ -";
  return {};
}

// For messages: a name that somebody pasted may hold anything.
std::string printable(std::string_view name) {
  std::string text;
  for (const char c : name.substr(0, 80)) text += c >= 0x20 && c < 0x7f ? c : '?';
  if (name.size() > 80) text += "...";
  return text;
}

}  // namespace

std::string_view topic_name_fault(std::string_view name) {
  if (const std::string_view fault = kafka_fault(name); !fault.empty()) return fault;
  if (name.front() == '-') return "begins with '-'";
  return {};
}

void check_topic_name(std::string_view name) {
  const std::string_view fault = topic_name_fault(name);
  if (fault.empty()) return;
  base::Error error(base::Kind::usage, "topic name '" + printable(name) + "' " + std::string(fault));
  error.code("bad_topic_name");
  if (name.find('/') != std::string_view::npos) error.hint("-b DIRECTORY says where topics are kept");
  constexpr std::string_view kInput = "topic:";
  if (name.starts_with(kInput) && topic_name_fault(name.substr(kInput.size())).empty())
    error.hint("here it is " + std::string(name.substr(kInput.size())) + ", without topic:");
  throw std::move(error);
}

bool topic_names_collide(std::string_view a, std::string_view b) {
  const auto plain = [](char c) { return c == '.' ? '_' : c; };
  return a != b && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                              [&](char x, char y) { return plain(x) == plain(y); });
}

std::string folder_name(std::string_view topic, base::Partition partition) {
  return std::string(topic) + "-" + std::to_string(partition.value);
}

std::optional<TopicPartition> parse_folder_name(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view topic = name.substr(0, dash);
  const std::string_view digits = name.substr(dash + 1);
  if (digits.empty() || digits.size() > 9 || (digits.size() > 1 && digits.front() == '0'))
    return std::nullopt;
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '-')
    return std::nullopt;
  if (!kafka_fault(topic).empty() || topic == "__cluster_metadata") return std::nullopt;
  return TopicPartition{std::string(topic), base::Partition{number}};
}

TopicPartition name_of_path(std::string_view path) {
  const auto last_part = [](std::string_view of) {
    while (of.size() > 1 && of.back() == '/') of.remove_suffix(1);
    const std::size_t slash = of.rfind('/');
    return slash == std::string_view::npos || of.size() == 1 ? of : of.substr(slash + 1);
  };
  std::string_view folder = path;
  while (folder.size() > 1 && folder.back() == '/') folder.remove_suffix(1);
  if (folder.ends_with(".log")) {
    const std::size_t slash = folder.rfind('/');
    if (slash != std::string_view::npos) folder = folder.substr(0, slash);
  }
  folder = last_part(folder);
  if (auto parsed = parse_folder_name(folder)) return *parsed;
  return {std::string(folder), base::Partition{0}};
}

}  // namespace weir::log
