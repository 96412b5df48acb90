// What json's tests share: the corpora of tests/data/json, lines with the padding that kernels want, every
// judge.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "json/chars.h"
#include "json/error.h"
#include "json/kernel.h"
#include "json/scanner.h"

namespace weir::json {

inline std::string join(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

// A line as it lies in a block: something stands before it, and hostile bytes behind it.
class PaddedLine {
 public:
  explicit PaddedLine(std::string_view line) : bytes_(join({"9\"\\", line})), size_(line.size()) {
    for (std::size_t i = 0; i < kPadding; ++i) bytes_ += "\"}]0,{[:"[i % 8];
  }
  std::string_view view() const { return std::string_view(bytes_).substr(3, size_); }

 private:
  std::string bytes_;
  std::size_t size_;
};

// Every kernel of this machine, and none: the judge with cursors.
inline std::vector<const Kernel*> every_kernel() {
  std::vector<const Kernel*> all(kernels().begin(), kernels().end());
  all.push_back(nullptr);
  return all;
}

inline const char* name_of(const Kernel* kernel) {
  return kernel == nullptr ? "judge" : kernel->name;
}

inline std::string unpercent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Reject {
  std::string fault;
  std::string line;
  std::size_t column;
};

inline std::vector<std::string> corpus_lines(const char* file) {
  const std::string path = join({WEIR_TEST_DATA "/json/", file});
  std::FILE* const in = std::fopen(path.c_str(), "r");
  REQUIRE_MESSAGE(in != nullptr, path);
  std::vector<std::string> lines(1);
  for (int c; (c = std::fgetc(in)) != EOF;) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += static_cast<char>(c);
  }
  std::fclose(in);
  lines.pop_back();
  std::erase_if(lines, [](const std::string& line) { return line.starts_with("# "); });
  return lines;
}

// As the corpus calls it.
inline std::string name_of(Fault fault) {
  constexpr const char* kNames[] = {"ok",
                                    "empty",
                                    "byte-order-mark",
                                    "expected-value",
                                    "expected-name",
                                    "expected-colon",
                                    "expected-comma",
                                    "expected-comma",
                                    "trailing-bytes",
                                    "bad-literal",
                                    "bad-number",
                                    "leading-zero",
                                    "bad-escape",
                                    "bad-unicode-escape",
                                    "control-character",
                                    "bad-utf8",
                                    "open-string",
                                    "open-object",
                                    "open-array",
                                    "too-deep"};
  return kNames[static_cast<std::size_t>(fault)];
}

inline std::vector<Reject> rejects() {
  std::vector<Reject> all;
  for (const std::string& line : corpus_lines("reject.txt")) {
    const std::size_t space = line.find(' ');
    const std::size_t mark = line.find("<!>");
    REQUIRE_MESSAGE(mark != std::string::npos, line);
    const std::string before = unpercent(std::string_view(line).substr(space + 1, mark - space - 1));
    all.push_back({std::string(line.substr(0, space)),
                   join({before, unpercent(std::string_view(line).substr(mark + 3))}), before.size()});
  }
  return all;
}

inline std::vector<std::string> accepts() {
  std::vector<std::string> all;
  for (const std::string& line : corpus_lines("accept.txt")) all.push_back(unpercent(line));
  return all;
}

// Documents that hold every kind of token at many distances from each other.
inline std::vector<std::string> documents() {
  return {
      R"({"id":17,"type":"order","ok":true,"user":{"id":-3,"name":"J\u00f6rg \"J\" M\\","tags":["a","",null]},"price":100.50})",
      R"([[],{},[{"a":[1,-0,0.5e-3,1E+2,false]}],"x\ud83d\ude00",{"":{"":0}},-12.75,null])",
      R"({ "spaced" : [ 1 , 2.5 ,-3 ] , "t" : true, "n": null , "s" : "a b" })",
      R"({"q":"äöü€😀","escaped\tname":"\b\f\n\r\t\/","price":1,"price":{"price":2},"price":[3]})",
      join({R"({"pad":")", std::string(70, 'x'),
            R"(","n":12345678901234567890,"deep":[[[[[[1]]]]]],"f":false,"e":1e10})"}),
  };
}

}  // namespace weir::json
