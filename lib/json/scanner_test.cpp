#include "json/scanner.h"

#include <doctest/doctest.h>

#include "json/cursor.h"
#include "json/json_test_words.h"

namespace weir::json {
namespace {

Path path(std::initializer_list<std::string_view> names) {
  Path steps;
  for (const std::string_view name : names) steps.push_back(Step::member(name));
  return steps;
}

std::string shown(const Value& value) {
  if (value.kind == Kind::missing) return "-";
  return join({value.kind == Kind::misfit ? "!" : "", value.raw()});
}

// What every kernel, checking or trusting, finds at `wanted`; they must agree.
std::string found(std::string_view line, const Path& wanted) {
  std::string answer;
  const PaddedLine padded(line);
  for (const Kernel* kernel : every_kernel()) {
    for (const Check check : {Check::whole_line, Check::read_values}) {
      PathSet paths;
      paths.add(path({"other"}));
      const std::size_t slot = paths.add(wanted);
      Scanner scanner(paths, check, kernel);
      Error error;
      const std::string now = scanner.scan(padded.view(), error) ? shown(scanner.value(slot)) : "bad";
      CAPTURE(name_of(kernel));
      if (answer.empty()) answer = now;
      CHECK(now == answer);
    }
  }
  return answer;
}

TEST_CASE("a member is found wherever it lies") {
  for (std::size_t pad = 0; pad < 140; ++pad) {
    const std::string before = join({R"({"x":")", std::string(pad, '.'), "\","});
    CHECK(found(join({before, R"("price":12.5})"}), path({"price"})) == "12.5");
    CHECK(found(join({before, R"("price" : "a\"b" ,"q":1})"}), path({"price"})) == R"("a\"b")");
    CHECK(found(join({before, R"("u":{"p":0,"price":[1,{"price":2}]},"z":[{"price":3}]})"}),
                path({"u", "price"})) == R"([1,{"price":2}])");
  }
}

TEST_CASE("only members of the right object count") {
  CHECK(found(R"({"a":{"price":1},"b":[{"price":2}],"c":"price"})", path({"price"})) == "-");
  CHECK(found(R"({"price":{"price":1}})", path({"price"})) == R"({"price":1})");
  CHECK(found(R"({"price":{"price":1}})", path({"price", "price"})) == "1");
  CHECK(found(R"([{"price":1}])", path({"price"})) == R"(![{"price":1}])");
  CHECK(found(R"({"a":"price","b":1})", path({"price"})) == "-");
  CHECK(found(R"({"prices":1,"pric":2,"Price":3})", path({"price"})) == "-");
  CHECK(found(R"({"":1})", path({""})) == "1");
}

TEST_CASE("of duplicate members the last counts, with all that is below it") {
  CHECK(found(R"({"a":1,"a":2})", path({"a"})) == "2");
  CHECK(found(R"({"a":{"b":1},"a":{"c":2}})", path({"a", "b"})) == "-");
  CHECK(found(R"({"a":{"b":1},"a":5})", path({"a", "b"})) == "!5");
  CHECK(found(R"({"a":{"b":1},"a":null})", path({"a", "b"})) == "-");
  CHECK(found(R"({"a":5,"a":{"b":1}})", path({"a", "b"})) == "1");
  CHECK(found(R"({"a":{"b":{"c":1}},"a":{"b":{}}})", path({"a", "b", "c"})) == "-");
  CHECK(found(R"({"a":1,"\u0061":2})", path({"a"})) == "2");
  CHECK(found(R"({"\u0061":1,"a":2})", path({"a"})) == "2");
}

TEST_CASE("escaped names match, and names that need escapes are found") {
  CHECK(found(R"({"pri\u0063e":7})", path({"price"})) == "7");
  CHECK(found(R"({"\u0070\u0072\u0069\u0063\u0065":7})", path({"price"})) == "7");
  CHECK(found(R"({"x":"\u0041","price":7})", path({"price"})) == "7");
  CHECK(found(R"({"a\"b":1})", path({"a\"b"})) == "1");
  CHECK(found(R"({"a\\":1})", path({"a\\"})) == "1");
  CHECK(found(R"({"a/b":1})", path({"a/b"})) == "1");
  CHECK(found(R"({"a\/b":1})", path({"a/b"})) == "1");
  CHECK(found(R"({"\u00e9":1})", path({"é"})) == "1");
  CHECK(found(R"({"é":1})", path({"é"})) == "1");
  CHECK(found("{\"a\x7f\":1}", path({"a\x7f"})) == "1");
  CHECK(found(R"({"tab\tname":1})", path({"tab\tname"})) == "1");
}

TEST_CASE("paths that meet something else on their way say so") {
  CHECK(found("null", path({"a"})) == "-");
  CHECK(found("3", path({"a"})) == "!3");
  CHECK(found("\"s\"", path({"a", "b"})) == "!\"s\"");
  CHECK(found(R"({"a":"s"})", path({"a", "b", "c"})) == "!\"s\"");
  CHECK(found(R"({"a":[1]})", path({"a", "b"})) == "![1]");
  CHECK(found(R"({"a":{}})", path({"a", "b", "c"})) == "-");
  CHECK(found(" 17 ", {}) == "17");
  CHECK(found(" {\"a\":1} ", {}) == "{\"a\":1}");
}

TEST_CASE("indexes are followed behind names") {
  Path wanted = path({"items"});
  wanted.push_back(Step::element(1));
  wanted.push_back(Step::member("sku"));
  CHECK(found(R"({"items":[{"sku":1},{"sku":2}]})", wanted) == "2");
  CHECK(found(R"({"items":[{"sku":1}]})", wanted) == "-");
  CHECK(found(R"({"items":{"sku":1}})", wanted) == R"(!{"sku":1})");
  CHECK(found(R"([4,5])", {Step::element(-1)}) == "5");
}

TEST_CASE("many names, long ones and deep ones are found") {
  PathSet paths;
  std::string line = "{";
  for (int i = 0; i < 60; ++i) {
    const std::string name = join(
        {std::string(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26)), "#", std::to_string(i)});
    paths.add(path({name}));
    line += join({i == 0 ? "" : ",", "\"", name, "\":", std::to_string(i)});
  }
  Path deep;
  std::string value = "\"deep\"";
  for (int i = 0; i < 30; ++i) {
    deep.push_back(Step::member("d"));
    value = join({"{\"d\":", value, ",\"e\":1}"});
  }
  const std::size_t slot = paths.add(deep);
  line += join({",\"d\":", value.substr(5, value.size() - 12), "}"});
  const PaddedLine padded(line);
  for (const Kernel* kernel : every_kernel()) {
    CAPTURE(name_of(kernel));
    Scanner scanner(paths, Check::whole_line, kernel);
    Error error;
    REQUIRE(scanner.scan(padded.view(), error));
    for (std::size_t i = 0; i < 60; ++i) CHECK(scanner.value(i).raw() == std::to_string(i));
    CHECK(scanner.value(slot).raw() == "\"deep\"");
  }
}

TEST_CASE("the same path gets the same slot") {
  PathSet paths;
  CHECK(paths.add(path({"a", "b"})) == 0);
  CHECK(paths.add(path({"a"})) == 1);
  CHECK(paths.add(path({"a", "b"})) == 0);
  CHECK(paths.size() == 2);
}

TEST_CASE("kinds and flags of values are right") {
  PathSet paths;
  for (const char* name : {"n", "t", "f", "i", "d", "s", "e", "a", "o"}) paths.add(path({name}));
  Scanner scanner(paths);
  Error error;
  const PaddedLine line(R"({"n":null,"t":true,"f":false,"i":-1,"d":1.5,"s":"x","e":"\n","a":[],"o":{}})");
  REQUIRE(scanner.scan(line.view(), error));
  const Kind kinds[] = {Kind::null,   Kind::true_,  Kind::false_, Kind::number, Kind::number,
                        Kind::string, Kind::string, Kind::array,  Kind::object};
  for (std::size_t i = 0; i < std::size(kinds); ++i) CHECK(scanner.value(i).kind == kinds[i]);
  CHECK(scanner.value(3).integer);
  CHECK_FALSE(scanner.value(4).integer);
  CHECK_FALSE(scanner.value(5).escaped);
  CHECK(scanner.value(6).escaped);
}

TEST_CASE("trust passes what no path reads and refuses what one reads") {
  const auto trusts = [](std::string_view line) {
    const PaddedLine padded(line);
    bool answer = false;
    for (const Kernel* kernel : kernels()) {
      PathSet paths;
      paths.add(path({"price"}));
      Scanner scanner(paths, Check::read_values, kernel);
      Error error;
      answer = scanner.scan(padded.view(), error);
      CHECK((answer || error.fault != Fault::none));
    }
    return answer;
  };
  if (kernels().empty()) return;  // without a kernel everything is checked
  CHECK(trusts(R"({"a":tru,"price":2.5})"));
  CHECK(trusts(R"({"a":01,"price":2.5,})"));
  CHECK_FALSE(trusts(R"({"price":2.5.5})"));
  CHECK_FALSE(trusts(R"({"price":tru})"));
  CHECK_FALSE(trusts(R"({"price":[1,]})"));
  CHECK_FALSE(trusts(R"({"price":"\q"})"));
  CHECK_FALSE(trusts(R"({"price":2.5)"));
  CHECK_FALSE(trusts(R"({"price":2.5,"a":"b)"));
}

TEST_CASE("whatever bytes come, trusting scans stay inside the line") {
  PathSet paths;
  paths.add(path({"price"}));
  paths.add(path({"user", "name"}));
  paths.add(Path{Step::member("price"), Step::element(0)});
  std::uint64_t state = 42;
  const std::string_view alphabet = "{}[]\"\":,price\\user name1.5-tfn";
  for (int n = 0; n < 20'000; ++n) {
    std::string line = "{\"price\":";
    state = state * 6364136223846793005 + 1442695040888963407;
    const std::size_t size = (state >> 33) % 150;
    while (line.size() < size) {
      state = state * 6364136223846793005 + 1442695040888963407;
      line += (state >> 60) == 0 ? "\"price\":" : std::string(1, alphabet[(state >> 33) % alphabet.size()]);
    }
    if (n % 2 == 0) line += '}';
    const PaddedLine padded(line);
    for (const Kernel* kernel : every_kernel()) {
      Scanner scanner(paths, Check::read_values, kernel);
      Error error;
      if (!scanner.scan(padded.view(), error)) continue;
      for (const Value& value : scanner.values()) {
        if (value.data == nullptr) continue;
        CHECK(value.data >= padded.view().data());
        CHECK(value.data + value.size <= padded.view().data() + padded.view().size());
      }
    }
  }
}

TEST_CASE("scans find what a walk with cursors finds, in changed documents too") {
  PathSet paths;
  const std::vector<Path> wanted{path({"price"}),
                                 path({"user", "name"}),
                                 path({"id"}),
                                 path({"q"}),
                                 path({"deep"}),
                                 path({"spaced"}),
                                 {}};
  for (const Path& one : wanted) paths.add(one);
  std::size_t compared = 0;
  for (const Kernel* kernel : every_kernel()) {
    Scanner scanner(paths, Check::whole_line, kernel);
    for (const std::string& document : documents()) {
      for (std::size_t i = 0; i < document.size(); ++i) {
        for (const char c : std::string_view("\"\\{}[],:0e x")) {
          std::string changed = document;
          changed[i] = c;
          const PaddedLine padded(changed);
          Error error;
          if (!scanner.scan(padded.view(), error)) continue;
          const Value root = parse_value(padded.view());
          for (std::size_t slot = 0; slot < wanted.size(); ++slot) {
            const Value expected = find(root, std::span<const Step>(wanted[slot]));
            const Value& value = scanner.value(slot);
            if (value.kind != expected.kind || value.raw() != expected.raw()) FAIL_CHECK(changed);
            ++compared;
          }
        }
      }
    }
  }
  CHECK(compared > 10'000);
}

}  // namespace
}  // namespace weir::json
