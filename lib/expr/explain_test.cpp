#include "expr/explain.h"

#include <doctest/doctest.h>

#include <string>

namespace weir::expr {
namespace {

std::string explained(const char* expression, Engine engine = Engine::automatic) {
  Setup setup;
  setup.engine = engine;
  return explain(Program({expression}, setup));
}

TEST_CASE("which engine runs, and what keeps the rest off the line, is said with its place") {
  CHECK(explained(".a + 1") == "line engine");
  CHECK(explained(".a + 1", Engine::tree) == "tree engine, as asked for");
  CHECK(explained("reduce .[] as $x (0; 1)") == "tree engine, because of 'reduce' at expression:1:1");
  CHECK(explained("select(.a) | .b |= 1 | del(.c)") ==
        "line engine; tree engine for assignment with '|=' at expression:1:17");
  CHECK(explained("{a: (.b | paths), c: (.d | ..)}") ==
        "line engine; tree engine for 'paths' at expression:1:11, '..' at expression:1:28");
}

}  // namespace
}  // namespace weir::expr
