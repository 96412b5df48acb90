// Judges lines and takes the wanted values out of them, in one pass and without building anything.
//
//   json::PathSet paths;
//   const std::size_t price = paths.add(std::array{json::Step::member("price")});
//   json::Scanner scanner(paths);
//   if (!scanner.scan(line, error)) ... else use(scanner.value(price));
//
// Rules: of duplicate members the last counts; names match after unescaping ("pri\u0063e" is price).
// Memory: scan() may read, but never uses, up to kPadding bytes behind the line; they must be readable.
// A line is at most 4 GiB - 1. Threads: one scanner per thread; PathSet is only read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "json/error.h"
#include "json/path_set.h"
#include "json/value.h"

namespace weir::json {

inline constexpr std::size_t kPadding = 64;

struct Kernel;
struct Plan;

enum class Check {
  whole_line,   // the line must be one valid JSON value, also where no path leads
  read_values,  // only what the paths read must be well-formed; the rest may be anything, and may mislead the
                // scan
};

class Scanner {
 public:
  // Copies what it needs of `paths`.
  explicit Scanner(const PathSet& paths, Check check = Check::whole_line);
  // With one of kernels() (kernel.h) instead of the fastest, or with none: for tests and benchmarks.
  Scanner(const PathSet& paths, Check check, const Kernel* kernel);
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;
  ~Scanner();

  // False: the line is bad, `error` says why, values are unspecified. Else values are valid until the next
  // scan, as long as the line's bytes are.
  bool scan(std::string_view line, Error& error);

  const Value& value(std::size_t slot) const { return values_[slot]; }
  std::span<const Value> values() const { return values_; }

 private:
  bool scan_fast(std::string_view line);
  bool scan_slowly(std::string_view line, Error& error);
  void find_all(const Value& root);
  Value value_of(std::uint32_t node, const char* end) const;

  PathSet paths_;
  Check check_;
  const Kernel* kernel_;
  std::unique_ptr<Plan> plan_;
  std::vector<Value> values_;
};

}  // namespace weir::json
