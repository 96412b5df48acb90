// generate [--events N] [--seed N] [--rate N] [--group N] [--one-topic|--three] [--only person|auction|bid]
// Writes the first N events of a Nexmark stream (events.h) as envelopes to stdout; --only those of one kind.
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "nexmark/envelope.h"
#include "nexmark/events.h"

namespace {

using namespace weir::nexmark;

struct Options {
  Settings settings;
  std::int64_t events = 100'000;
  Topics topics = Topics::three;
  std::optional<Kind> only;
};

template <typename Number>
bool read_number(const char* text, Number least, Number& to) {
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, to);
  return error == std::errc() && stop == end && to >= least;
}

bool read_kind(std::string_view text, std::optional<Kind>& to) {
  for (const Kind kind : {Kind::person, Kind::auction, Kind::bid}) {
    if (text == topic_of(kind)) to = kind;
  }
  return to.has_value();
}

bool read_options(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--one-topic") {
      options.topics = Topics::one;
    } else if (flag == "--three") {
      options.topics = Topics::three;
    } else if (i + 1 == argc) {
      return false;
    } else {
      const char* const value = argv[++i];
      const bool good = flag == "--events"  ? read_number<std::int64_t>(value, 0, options.events)
                        : flag == "--seed"  ? read_number<std::uint64_t>(value, 0, options.settings.seed)
                        : flag == "--rate"  ? read_number<std::int64_t>(value, 1, options.settings.rate)
                        : flag == "--group" ? read_number<std::int64_t>(value, 1, options.settings.group)
                        : flag == "--only"  ? read_kind(value, options.only)
                                            : false;
      if (!good) return false;
    }
  }
  return options.settings.group == 1 || options.settings.group % 953 != 0;
}

// False when stdout is no more.
bool put(std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(1, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  text.clear();
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_options(argc, argv, options)) {
    std::fputs(
        "usage: generate [--events N] [--seed N] [--rate N] [--group N, no multiple of 953] "
        "[--one-topic|--three] "
        "[--only person|auction|bid]\n",
        stderr);
    return 2;
  }
  Events events(options.settings);
  std::string text;
  for (std::int64_t position = 0; position < options.events; ++position) {
    if (options.only && kind_of(events.number_at(position)) != *options.only) continue;
    append_envelope(events.at(position), options.topics, text);
    if (text.size() >= 256 * 1024 && !put(text)) return 1;
  }
  return put(text) ? 0 : 1;
}
