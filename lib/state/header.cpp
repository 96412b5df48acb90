#include "state/header.h"

#include <algorithm>

#include "base/error.h"

namespace weir::state {
namespace {

using base::Error;
using base::Kind;

constexpr std::string_view kMagic = "weir state";
constexpr std::uint64_t kFormat = 1;

std::string value_of(const std::vector<Meaning>& meanings, const std::string& flag) {
  const auto found =
      std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& each) { return each.first == flag; });
  return found == meanings.end() ? std::string() : found->second;
}

std::string told(const std::string& flag, const std::string& value) {
  return value.empty() ? "without " + flag : "with " + flag + " " + value;
}

}  // namespace

void Header::save(Writer& to) const {
  to.text(kMagic);
  to.number(kFormat);
  to.text(WEIR_VERSION);
  to.text(tool_);
  to.number(meanings_.size());
  for (const auto& [flag, value] : meanings_) {
    to.text(flag);
    to.text(value);
  }
}

void Header::load(Reader& from) {
  loaded_ = {};
  if (from.text() != kMagic) fail_damaged("its header");
  loaded_.format = from.number();
  loaded_.version = from.text();
  // What another format has here nobody knows.
  if (loaded_.format != kFormat) return static_cast<void>(from.rest());
  loaded_.tool = from.text();
  for (std::uint64_t left = from.number(); left > 0 && !from.failed(); --left) {
    std::string flag(from.text());
    loaded_.meanings.emplace_back(std::move(flag), from.text());
  }
}

void Header::check(const std::string& directory) const {
  if (loaded_.format != kFormat) {
    throw Error(Kind::usage, "the state in " + directory + " was made by weir " + loaded_.version +
                                 ", and this is " + WEIR_VERSION + ", which writes another format")
        .hint("go on with that version, or start with another directory")
        .code("state_version");
  }
  const auto differs = [&](const std::string& was, const std::string& is) {
    throw Error(Kind::usage, "the state in " + directory + " was made " + was + ", and this run is " + is)
        .hint("run it as before, or start with another directory")
        .code("state_differs");
  };
  if (loaded_.tool != tool_) differs("by " + loaded_.tool, tool_);
  for (const auto* list : {&meanings_, &loaded_.meanings}) {
    for (const auto& [flag, ignored] : *list) {
      const std::string was = value_of(loaded_.meanings, flag), is = value_of(meanings_, flag);
      if (was != is) differs(told(flag, was), told(flag, is));
    }
  }
}

}  // namespace weir::state
