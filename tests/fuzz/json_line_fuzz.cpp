// libFuzzer target: a line of any bytes, judged and searched in every way we have.
// Properties: all kernels agree with the judge, with simdjson's DOM parser where it judges the same things, and what
// scans find is what a walk with cursors finds; unescaping and canonical form never leave JSON.
// The first byte of the input, a digit in the corpus, chooses the paths. Not part of the product: a broken property aborts.
#include <simdjson.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "json/canonical.h"
#include "json/cursor.h"
#include "json/judge.h"
#include "json/kernel.h"
#include "json/scanner.h"
#include "json/validate.h"

namespace {

using namespace weir::json;

void require(bool property) {
  if (!property) std::abort();
}

struct Wanted {
  std::array<Path, 4> paths;
  PathSet set;

  explicit Wanted(std::array<Path, 4> all) : paths(std::move(all)) {
    for (const Path& path : paths) set.add(path);
  }
};

const Wanted& wanted(std::uint8_t choice) {
  static const Wanted kChoices[] = {
      Wanted({Path{Step::member("price")}, Path{Step::member("a"), Step::member("b")}, Path{Step::member("")},
              Path{}}),
      Wanted({Path{Step::member("a")}, Path{Step::member("a"), Step::member("a")},
              Path{Step::member("a"), Step::element(-1)}, Path{Step::element(0)}}),
      Wanted({Path{Step::member("a/b")}, Path{Step::member("\"")}, Path{Step::member("\xc3\xa9")},
              Path{Step::member("\n")}}),
  };
  return kChoices[choice % std::size(kChoices)];
}

bool same(const Value& a, const Value& b) {
  return a.kind == b.kind && a.data == b.data && a.size == b.size && a.escaped == b.escaped &&
         a.integer == b.integer;
}

void check_scans(std::string_view line, bool good, const Error& judged, const Wanted& want) {
  const Value root = good ? parse_value(line) : Value{};
  const auto check = [&](const Kernel* kernel) {
    for (const std::string_view first :
         {"{}                                                                ",
          "{ }                                                               "}) {
      Scanner scanner(want.set, Check::whole_line, kernel);
      Error error;
      require(scanner.scan(first.substr(0, 3), error));  // so that the line meets either expectation of space
      require(scanner.scan(line, error) == good);
      if (!good) require(error.fault == judged.fault && error.column == judged.column);
      for (std::size_t i = 0; good && i < want.paths.size(); ++i) {
        require(same(scanner.value(i), find(root, std::span<const Step>(want.paths[i]))));
      }
    }
    Scanner trusting(want.set, Check::read_values, kernel);
    Error error;
    const bool trusted = trusting.scan(line, error);
    require(trusted || !good);
    for (std::size_t i = 0; trusted && i < want.paths.size(); ++i) {
      const Value& value = trusting.value(i);
      if (good) require(same(value, find(root, std::span<const Step>(want.paths[i]))));
      if (value.data != nullptr)
        require(value.data >= line.data() && value.data + value.size <= line.data() + line.size());
    }
  };
  check(nullptr);
  for (const Kernel* kernel : kernels()) check(kernel);
}

void check_dom(std::string_view line, bool good) {
  // simdjson wants surrogates in pairs and numbers that fit, and skips a byte order mark in later versions.
  static simdjson::dom::parser parser;
  static const bool ready = parser.allocate(1 << 20, kMaxDepth) == simdjson::SUCCESS;
  require(ready);
  const auto error = parser.parse(simdjson::padded_string(line)).error();
  if (error == simdjson::SUCCESS && !line.starts_with("\xEF\xBB\xBF")) require(good);
  if (good && error != simdjson::SUCCESS) {
    require(error == simdjson::NUMBER_ERROR ||
            (error == simdjson::STRING_ERROR && line.find("\\u") != line.npos));
  }
}

void check_canonical(std::string_view line) {
  std::string once, twice;
  append_canonical(once, parse_value(line));
  require(valid_bare(once));
  append_canonical(twice, parse_value(once));
  require(once == twice);
  require(compare_keys(parse_value(line), parse_value(once)) == 0);
  require(compare_jq(parse_value(line), parse_value(once)) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Wanted& want = wanted(data[0]);
  const std::string copy(reinterpret_cast<const char*>(data + 1), size - 1);
  std::string padded = copy;
  padded.append(kPadding, '"');
  const std::string_view line = std::string_view(padded).substr(0, copy.size());
  const Error judged = judge(line);
  const bool good = judged.fault == Fault::none;
  require(valid(copy) == good);
  check_scans(line, good, judged, want);
  check_dom(line, good);
  if (good) check_canonical(line);
  return 0;
}
