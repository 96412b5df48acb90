#include "log/resume.h"

#include <charconv>
#include <optional>

#include "base/error.h"
#include "record/crc32c.h"

namespace weir::log {
namespace {

constexpr std::string_view kFirstLine = "weir-resume 1\n";

std::string sum_line(std::string_view text) {
  char digits[9] = "00000000";
  std::uint32_t sum = record::crc32c(text);
  for (int i = 8; i-- > 0; sum >>= 4) digits[i] = "0123456789abcdef"[sum & 15];
  return "crc32c " + std::string(digits, 8) + "\n";
}

template <typename Number>
bool number(std::string_view text, Number* to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *to);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Resume::Resume(Log& log, std::string_view name)
    : sys_(&log.sys()), name_(name), path_(log.directory() + "/resume-" + name_) {
  if (const std::string_view fault = topic_name_fault(name); !fault.empty() || name.size() > 200) {
    throw base::Error(base::Kind::usage, "the name after --resume " +
                                             std::string(fault.empty() ? "is longer than 200 bytes" : fault))
        .code("bad_resume_name");
  }
  lock_ = base::File::open(*sys_, path_ + ".lock", base::File::Mode::create);
  if (!lock_.try_lock(base::Sys::Lock::exclusive)) {
    throw base::Error(base::Kind::io, "another run has --resume " + name_)
        .hint("wait for it to end, or give this file a name of its own")
        .code("resume_in_use");
  }
  std::string text;
  if (base::File::read_whole(*sys_, path_, &text)) {
    decode(text);
    // Whoever made the file may have been killed before its name reached the disk.
    base::File::open_directory(*sys_, log.directory()).sync();
  } else {
    producer_id_ = log.allocate_producer_ids(1);
    save();
  }
}

std::string Resume::encode() const {
  std::string text(kFirstLine);
  text += "producer-id " + std::to_string(producer_id_) + "\n";
  for (const auto& [topic, count] : partitions_)
    text += "partitions " + topic + " " + std::to_string(count) + "\n";
  return text + sum_line(text);
}

void Resume::decode(std::string_view text) {
  std::string_view rest = text;
  const auto line = [&rest](std::string_view begins) -> std::optional<std::string_view> {
    const std::size_t end = rest.find('\n');
    if (!rest.starts_with(begins) || end == std::string_view::npos) return std::nullopt;
    const std::string_view value = rest.substr(begins.size(), end - begins.size());
    rest.remove_prefix(end + 1);
    return value;
  };
  bool good = line(kFirstLine.substr(0, kFirstLine.size() - 1)) == "";
  if (const auto id = line("producer-id "); good) good = id && number(*id, &producer_id_);
  while (good) {
    const auto entry = line("partitions ");
    if (!entry) break;
    const std::size_t blank = entry->rfind(' ');
    int count = 0;
    good = blank != std::string_view::npos && number(entry->substr(blank + 1), &count);
    if (good) partitions_[std::string(entry->substr(0, blank))] = count;
  }
  // Writing it again checks the sum, and that nothing else stands in the file.
  if (good && encode() == text) return;
  throw base::Error(base::Kind::io, "the state of --resume " + name_ + " is damaged")
      .at(path_)
      .hint("a new name starts the file from its beginning")
      .code("damaged_resume");
}

void Resume::save() {
  base::File::replace(*sys_, path_, encode());
}

void Resume::hold_partitions(const std::string& topic, int count) {
  const auto [at, fresh] = partitions_.emplace(topic, count);
  if (fresh) return save();
  if (at->second == count) return;
  throw base::Error(base::Kind::usage, "topic '" + topic + "' had " + std::to_string(at->second) +
                                           " partitions when --resume " + name_ + " began, and has " +
                                           std::to_string(count) + " now: its records would go elsewhere")
      .code("resume_partitions");
}

}  // namespace weir::log
