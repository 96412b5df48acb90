#include "log/producer_ids.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "record/crc32c.h"

namespace weir::log {
namespace {

constexpr std::size_t kSlotBytes = 512;  // a disk sector: a power cut tears at most the slot being written
constexpr std::int64_t kReserve = 1000;
constexpr std::string_view kMagic = "weir-producer-ids 1 ";
constexpr char kHex[] = "0123456789abcdef";

struct Slot {
  std::int64_t generation = 0;
  std::int64_t reserved = kFirstProducerId;
  std::int64_t next = kFirstProducerId;
  std::string boot;
};

std::string hex(std::uint64_t number, int digits) {
  std::string text(static_cast<std::size_t>(digits), '0');
  for (std::size_t i = text.size(); i-- > 0; number >>= 4) text[i] = kHex[number & 15];
  return text;
}

std::string boot_text(const BootId& boot) {
  std::string text;
  for (const std::uint8_t byte : boot) text += hex(byte, 2);
  return text;
}

std::string encode(const Slot& slot) {
  std::string text(kMagic);
  text += "generation=" + std::to_string(slot.generation) + " reserved=" + std::to_string(slot.reserved) +
          " next=" + std::to_string(slot.next) + " boot=" + slot.boot;
  text += " crc32c=" + hex(record::crc32c(text), 8);
  text.resize(kSlotBytes - 1, ' ');
  return text + "\n";
}

// Takes "name=" and the text up to the next blank off the front.
std::optional<std::string_view> field(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  text.remove_prefix(name.size());
  const std::string_view value = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(value.size() + 1, text.size()));
  return value;
}

bool number(std::optional<std::string_view> text, std::int64_t* to) {
  if (!text) return false;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *to);
  return error == std::errc() && end == text->data() + text->size();
}

std::optional<Slot> decode(std::string_view bytes) {
  std::string_view rest = bytes;
  if (!rest.starts_with(kMagic)) return std::nullopt;
  rest.remove_prefix(kMagic.size());
  Slot slot;
  if (!number(field(rest, "generation="), &slot.generation) ||
      !number(field(rest, "reserved="), &slot.reserved) || !number(field(rest, "next="), &slot.next)) {
    return std::nullopt;
  }
  slot.boot = field(rest, "boot=").value_or("");
  // Encoding it again checks the sum and that nothing else stands in the slot.
  if (encode(slot) != bytes) return std::nullopt;
  return slot;
}

class IdFile {
 public:
  IdFile(base::Sys& sys, const std::string& directory)
      : path_(directory + "/" + std::string(kProducerIdsFileName)) {
    if (!base::File::exists(sys, path_)) {
      // Made whole or not at all, so that a file without a valid slot is damage and never a crash of its maker.
      base::File::replace(sys, path_, encode(Slot{}) + encode(Slot{}));
    }
    file_ = base::File::open(sys, path_, base::File::Mode::read_write);
  }

  // The newer slot. `settled`: both are good and say the same reservation; else one may be older than what was
  // given out since, and neither may be relied on alone.
  Slot read(bool* settled) const {
    std::string bytes(2 * kSlotBytes, '\0');
    bytes.resize(file_.pread(bytes.data(), bytes.size(), 0));
    bytes.resize(2 * kSlotBytes);
    const std::string_view all = bytes;
    const auto a = decode(all.substr(0, kSlotBytes)), b = decode(all.substr(kSlotBytes));
    *settled = a && b && a->reserved == b->reserved;
    if (a || b) return !b || (a && a->generation > b->generation) ? *a : *b;
    throw base::Error(base::Kind::io, "the producer ids of this log are damaged")
        .at(path_)
        .hint("no record is affected; the ids in use show in the output of: topics dump")
        .code("damaged_producer_ids");
  }

  void write(Slot& slot) {
    ++slot.generation;
    file_.pwrite(encode(slot), static_cast<std::uint64_t>(slot.generation % 2) * kSlotBytes);
  }
  void sync() { file_.datasync(); }

 private:
  std::string path_;
  base::File file_;
};

}  // namespace

std::int64_t allocate_producer_ids(base::Sys& sys, const std::string& directory, const BootId& boot,
                                   std::int64_t count) {
  IdFile file(sys, directory);
  bool settled = false;
  Slot slot = file.read(&settled);
  const std::string now = boot_text(boot);
  if (slot.boot != now || !settled) {
    // What this boot's writers remembered may not have reached the disk before the last one ended.
    slot.next = slot.reserved;
    slot.boot = now;
  }
  const std::int64_t first = slot.next;
  slot.next += count;
  if (slot.next <= slot.reserved) {
    file.write(slot);
    return first;
  }
  // Both slots must hold the new reservation on the disk before an id of it is used: a later write that a power cut
  // tears then leaves the other slot, which says the same.
  slot.reserved = slot.next + kReserve;
  for (int i = 0; i < 2; ++i) {
    file.write(slot);
    file.sync();
  }
  // Whoever made the file may have been killed before its name reached the disk.
  base::File::open_directory(sys, directory).sync();
  return first;
}

}  // namespace weir::log
