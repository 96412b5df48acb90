// The fast judges: one sweep over a line in blocks of 64 bytes, a bit per byte. Nothing is indexed or built:
// the grammar of compact or spaced JSON is checked by relations between masks ("behind a comma stands the
// start of a value"), and only brackets, escapes, literals, minus signs and candidate names are looked at one
// by one. A kernel says yes or no; where and why is the judge's business (judge.h).
//
// There is one kernel per instruction set, compiled from kernel_walk.inc and chosen when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weir::json {

// Is there white space outside of strings? Kernels check compact lines faster.
enum class Layout : std::uint8_t { compact, spaced };

// What to look for on the way, and where it was found. Nodes are those of a PathSet, in its order, the root
// first.
struct Plan {
  static constexpr std::uint16_t kNone = 0xFFFF;
  // Objects deeper than this are not looked into by kernels; the rest of a path is walked afterwards.
  static constexpr unsigned kMaxLevels = 16;

  struct Node {
    std::string quoted;           // "name" with its quotes
    std::uint64_t head = 0;       // the first 8 bytes of `quoted`, as far as it goes,
    std::uint64_t head_mask = 0;  // and which of them count
    std::uint16_t first_child = kNone;
    std::uint16_t next_sibling = kNone;
    // Found: the value's first byte (null: no such member), and one behind its last if it is an object or
    // array.
    const char* begin = nullptr;
    const char* end = nullptr;
  };

  std::vector<Node> nodes;
  unsigned levels = 0;  // depth of objects and arrays at which nodes are known, 1 being the root
  // First byte and length of the wanted names, each pair once. More pairs than looks: every string may be a name.
  struct Look {
    char first = 0;
    std::uint8_t length = 0;  // with one quote, at most 63: longer ones count as that long
    friend bool operator==(const Look&, const Look&) = default;
  };
  Look looks[4];
  unsigned look_count = 0;
  bool plain_names =
      true;  // all ASCII without quote, backslash, slash, control: only \u00.. can spell them otherwise
  Layout layout = Layout::compact;  // as the line before was
  bool escaped_name =
      false;  // found: an escape that may spell a wanted name; the slow walk must find the values

  void clear() {
    for (Node& node : nodes) node.begin = nullptr;
    escaped_name = false;
  }
};

enum class Depth {
  whole,
  names
};  // whole: judge every byte; names: only follow strings, brackets and wanted names

struct Kernel {
  const char* name;
  // Is the text one object or array, valid, white space around it allowed? UTF-8 inside strings is not
  // checked, but *ascii tells whether there is anything to check.
  bool (*validate)(const char* data, std::size_t size, bool* ascii);
  // These may read 64 bytes behind the text.
  bool (*extract)(const char* data, std::size_t size, bool* ascii, Plan& plan);
  bool (*trust)(const char* data, std::size_t size, bool* ascii, Plan& plan);
  bool (*utf8)(const char* data, std::size_t size);
};

// The kernels that this machine can run, the fastest first. Empty where there is none: judge and cursors then
// do it.
std::span<const Kernel* const> kernels() noexcept;

}  // namespace weir::json
