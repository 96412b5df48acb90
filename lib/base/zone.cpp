#include "base/zone.h"

#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/byte_order.h"
#include "base/error.h"
#include "base/file.h"
#include "base/posix_zone.h"

namespace weir::base {

struct Zone::Table {
  std::vector<std::int64_t> changes;  // instants, rising; offsets[i] holds from changes[i] on
  std::vector<std::int32_t> offsets;
  std::vector<std::string> names;  // names[i] as offsets[i]
  std::int32_t before_first = 0;
  std::string name_before_first;
  std::optional<PosixZone> later;  // from the last change on
};

namespace {

constexpr std::string_view kDatabase = "/usr/share/zoneinfo/";
constexpr std::size_t kHeaderBytes = 44;

// The counts in a TZif header, in file order (RFC 8536 §3.1).
struct Header {
  std::uint32_t isut = 0, isstd = 0, leap = 0, time = 0, type = 0, chars = 0;
  std::size_t data_bytes(std::size_t time_bytes) const {
    return time * time_bytes + time + type * 6ull + chars + leap * (time_bytes + 4) + isstd + isut;
  }
};

[[noreturn]] void damaged(const std::string& name) {
  throw Error(Kind::usage, name + " is no readable time zone: its TZif file is damaged").code("bad_zone");
}

Header header_at(std::string_view bytes, std::size_t at, const std::string& name) {
  if (bytes.size() < at + kHeaderBytes || bytes.substr(at, 4) != "TZif") damaged(name);
  const char* counts = bytes.data() + at + 20;
  Header header;
  std::uint32_t* const fields[] = {&header.isut, &header.isstd, &header.leap,
                                   &header.time, &header.type,  &header.chars};
  for (std::size_t i = 0; i < 6; ++i) {
    *fields[i] = load_be<std::uint32_t>(counts + 4 * i);
    if (*fields[i] > bytes.size()) damaged(name);
  }
  return header;
}

// "+05:30", "-0800", "+02"; none when it is no offset.
std::optional<std::int32_t> parse_offset(std::string_view text) {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::string digits;
  for (const char c : text.substr(1)) {
    if (c == ':' && digits.size() == 2) continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4) return std::nullopt;
  const std::int32_t hours = (digits[0] - '0') * 10 + digits[1] - '0';
  const std::int32_t minutes = (digits[2] - '0') * 10 + digits[3] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::int32_t seconds = hours * 3600 + minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

// A name may not lead out of the database.
bool plain_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.size() > 128 || name.find("..") != std::string_view::npos)
    return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  });
}

}  // namespace

Zone Zone::from_tzif(std::string_view bytes, std::string name) {
  Header header = header_at(bytes, 0, name);
  std::size_t at = kHeaderBytes;
  std::size_t time_bytes = 4;
  if (bytes[4] >= '2') {  // the 32-bit block is there for old readers
    at += header.data_bytes(4);
    header = header_at(bytes, at, name);
    at += kHeaderBytes;
    time_bytes = 8;
  }
  if (header.type == 0 || bytes.size() - at < header.data_bytes(time_bytes)) damaged(name);
  const char* const times = bytes.data() + at;
  const char* const kinds = times + header.time * time_bytes;
  const char* const types = kinds + header.time;
  const std::string_view names(types + header.type * 6ull, header.chars);

  auto table = std::make_shared<Table>();
  const auto offset_of = [&](std::size_t type) { return load_be<std::int32_t>(types + type * 6); };
  const auto name_of = [&](std::size_t type) {
    const auto first = static_cast<unsigned char>(types[type * 6 + 5]);
    if (first >= names.size()) damaged(name);
    return std::string(names.substr(first, names.find('\0', first) - first));
  };
  table->before_first = offset_of(0);
  table->name_before_first = name_of(0);
  for (std::size_t i = 0; i < header.time; ++i) {
    const auto kind = static_cast<unsigned char>(kinds[i]);
    if (kind >= header.type) damaged(name);
    table->changes.push_back(time_bytes == 8 ? load_be<std::int64_t>(times + i * 8)
                                             : load_be<std::int32_t>(times + i * 4));
    table->offsets.push_back(offset_of(kind));
    table->names.push_back(name_of(kind));
  }
  if (!std::is_sorted(table->changes.begin(), table->changes.end())) damaged(name);
  if (time_bytes == 8) {
    std::string_view footer = bytes.substr(at + header.data_bytes(8));
    if (footer.starts_with('\n')) footer.remove_prefix(1);
    footer = footer.substr(0, footer.find('\n'));
    if (!footer.empty()) {
      table->later = PosixZone::parse(footer);
      if (!table->later) damaged(name);
    }
  }
  Zone zone;
  zone.table_ = std::move(table);
  zone.name_ = std::move(name);
  return zone;
}

Zone Zone::open(std::string_view name) {
  Zone zone;
  if (name == "UTC" || name == "Z" || name == "z" || name == "GMT" || name == "Etc/UTC") return zone;
  if (const auto offset = parse_offset(name)) {
    zone.fixed_seconds_ = *offset;
    zone.name_ = name;
    return zone;
  }
  const std::string text(name);
  std::string bytes;
  const std::string path = std::string(kDatabase) + text;
  struct stat status {};
  const bool there = plain_name(name) && real_sys().stat(path, &status) == 0 && S_ISREG(status.st_mode);
  if (!there || !File::read_whole(real_sys(), path, &bytes, 1u << 20) || !bytes.starts_with("TZif")) {
    struct stat database {};
    const bool installed = real_sys().stat(std::string(kDatabase), &database) == 0;
    throw Error(Kind::usage, (text.empty() ? "''" : text) + " is no time zone known here")
        .hint(installed ? "UTC, +01:00, Europe/Berlin or another name under /usr/share/zoneinfo"
                        : "UTC or +01:00; for names such as Europe/Berlin: apt install tzdata")
        .code("bad_zone");
  }
  return from_tzif(bytes, text);
}

std::int32_t Zone::offset_at(std::int64_t utc_seconds) const {
  if (!table_) return fixed_seconds_;
  const auto& changes = table_->changes;
  const auto next = std::upper_bound(changes.begin(), changes.end(), utc_seconds);
  if (next == changes.end() && table_->later) return table_->later->offset_at(utc_seconds);
  if (next == changes.begin()) return table_->before_first;
  return table_->offsets[static_cast<std::size_t>(next - changes.begin()) - 1];
}

std::string_view Zone::abbreviation_at(std::int64_t utc_seconds) const {
  if (!table_) return name_;
  const auto& changes = table_->changes;
  const auto next = std::upper_bound(changes.begin(), changes.end(), utc_seconds);
  if (next == changes.end() && table_->later) return table_->later->name_at(utc_seconds);
  if (next == changes.begin()) return table_->name_before_first;
  return table_->names[static_cast<std::size_t>(next - changes.begin()) - 1];
}

std::int64_t Zone::to_utc(std::int64_t local_seconds) const {
  if (!table_) return local_seconds - fixed_seconds_;
  // The offsets a day before and after bracket any change near this moment. The earlier instant is tried first, so
  // that a time that comes twice is its first; one that a change skips fits neither and keeps the offset from before.
  const std::int32_t before = offset_at(local_seconds - 86400);
  const std::int32_t after = offset_at(local_seconds + 86400);
  const std::int64_t with_before = local_seconds - before;
  const std::int64_t with_after = local_seconds - after;
  const bool before_fits = offset_at(with_before) == before;
  const bool after_fits = offset_at(with_after) == after;
  if (before_fits && after_fits) return std::min(with_before, with_after);
  return after_fits ? with_after : with_before;
}

}  // namespace weir::base
