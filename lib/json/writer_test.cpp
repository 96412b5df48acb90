#include "json/writer.h"

#include <doctest/doctest.h>

#include "json/validate.h"

namespace weir::json {
namespace {

TEST_CASE("commas and colons come by themselves") {
  std::string out = "> ";
  Writer writer(out);
  writer.begin_object().name("a").number(std::int64_t{1}).name("b\n").begin_array();
  writer.null()
      .boolean(true)
      .boolean(false)
      .string("x\"")
      .number(2.5)
      .raw("{\"r\":1}")
      .begin_array()
      .end_array();
  writer.begin_object()
      .end_object()
      .end_array()
      .name("c")
      .begin_object()
      .name("d")
      .null()
      .end_object()
      .end_object();
  CHECK(out == R"(> {"a":1,"b\n":[null,true,false,"x\"",2.5,{"r":1},[],{}],"c":{"d":null}})");
  CHECK(valid(std::string_view(out).substr(2)));
}

TEST_CASE("one writer writes one line after another") {
  std::string out;
  Writer writer(out);
  writer.begin_array().number(std::int64_t{-1}).end_array();
  out += '\n';
  writer.string("next");
  out += '\n';
  writer.begin_object().end_object();
  CHECK(out == "[-1]\n\"next\"\n{}");
}

}  // namespace
}  // namespace weir::json
