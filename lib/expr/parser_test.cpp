#include "expr/parser.h"

#include <doctest/doctest.h>

#include <string>

#include "base/error.h"

namespace weir::expr {
namespace {

// The tree as text: (OPERATOR PART...), absent parts as _.
std::string drawn(const Node* node) {
  if (node == nullptr) return "_";
  const auto parts = [&](const std::string& head) {
    std::string text = "(" + head;
    for (const std::string& name : node->names) text += " " + name;
    for (const NodePtr& arg : node->args) text += " " + drawn(arg.get());
    return text + ")";
  };
  switch (node->op) {
    case Op::identity:
      return ".";
    case Op::recurse:
      return "..";
    case Op::number:
      return node->text;
    case Op::string:
      return "\"" + node->text + "\"";
    case Op::format:
      return node->text;
    case Op::variable:
    case Op::pattern_variable:
      return "$" + node->text;
    case Op::interpolate:
      return parts("interpolate" + node->text);
    case Op::index:
      return parts("at" + node->text);
    case Op::slice:
      return parts("slice" + node->text);
    case Op::iterate:
      return parts("each" + node->text);
    case Op::array:
    case Op::pattern_array:
      return parts("[");
    case Op::object:
    case Op::pattern_object:
      return parts("{");
    case Op::call:
      return node->args.empty() ? node->text : parts(node->text);
    case Op::try_:
      return parts("try");
    case Op::label:
      return parts("label " + node->text);
    case Op::break_:
      return "break:" + node->text;
    case Op::define:
      return parts("def " + node->text);
    default:
      return parts(node->text);
  }
}

std::string tree(const std::string& text) {
  return drawn(parse({text}).get());
}

std::string refusal(const std::string& text) {
  try {
    parse({text});
    return "accepted";
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    return error.what() + (" @ " + error.place());
  }
}

TEST_CASE("paths of every form make a chain of steps") {
  CHECK(tree(".") == ".");
  CHECK(tree(".a.b") == "(at (at . \"a\") \"b\")");
  CHECK(tree(".\"a b\".c") == "(at (at . \"a b\") \"c\")");
  CHECK(tree(".[\"a\"][0][-1]") == "(at (at (at . \"a\") 0) (- 1))");
  CHECK(tree(".a.[0]") == "(at (at . \"a\") 0)");
  CHECK(tree(".[]?.a") == "(at (each? .) \"a\")");
  CHECK(tree(".a[2:4][:1][1:]") == "(slice (slice (slice (at . \"a\") 2 4) _ 1) 1 _)");
  CHECK(tree(".and.if") == "(at (at . \"and\") \"if\")");
  CHECK(tree("..") == "..");
}

TEST_CASE("a ? behind a step belongs to the step, behind anything else it is a try") {
  CHECK(tree(".a.b?") == "(at? (at . \"a\") \"b\")");
  CHECK(tree("(.a.b)?") == "(try (at (at . \"a\") \"b\") _)");
  CHECK(tree(".a??") == "(try (at? . \"a\") _)");
  CHECK(tree("f?") == "(try f _)");
}

TEST_CASE("operators bind as in jq") {
  CHECK(tree("1 + 2 * 3 - 4") == "(- (+ 1 (* 2 3)) 4)");
  CHECK(tree("1 - 2 - 3") == "(- (- 1 2) 3)");
  CHECK(tree("1 // 2 // 3") == "(// 1 2 3)");
  CHECK(tree("1 | 2 , 3 | 4") == "(| 1 (, 2 3) 4)");
  CHECK(tree(".a == 1 and .b < 2 or .c") == "(or (and (== (at . \"a\") 1) (< (at . \"b\") 2)) (at . \"c\"))");
  CHECK(tree(".a = 1 // 2") == "(// (= (at . \"a\") 1) 2)");
  CHECK(tree("-1 + 2") == "(+ (- 1) 2)");
  CHECK(tree("-1 * 2") == "(- (* 1 2))");
  CHECK(tree("1 as $x | 2, $x") == "(as 1 (, 2 $x) $x)");
  CHECK(tree("1 + . as $x | $x") == "(+ 1 (as . $x $x))");
}

TEST_CASE("chains of one operator are one node") {
  CHECK(tree("1 or 2 or 3 or 4") == "(or 1 2 3 4)");
  CHECK(tree("1, 2, 3") == "(, 1 2 3)");
  std::string wide = ".id == 0";
  for (int i = 1; i < 3000; ++i) wide += " or .id == " + std::to_string(i);
  CHECK(parse({wide})->depth < 8);
}

std::string repeated(const std::string& first, const std::string& again, int times) {
  std::string text = first;
  for (int i = 0; i < times; ++i) text += again;
  return text;
}

TEST_CASE("long chains and paths are wide and not deep") {
  for (const char* again : {"+1", "-.", "*2", "/2", "%2", "//.", "|.", ",.", ".a", "[0]", "[]?", "[1:]",
                            "[-1]", ".[$x]", ".\"a\"", "+1-1", ".a[]"}) {
    CAPTURE(again);
    CHECK(parse({repeated(".a", again, 10'000)})->depth < 80);
  }
  CHECK(parse({repeated("{a:1", "|.", 10'000) + "}"})->depth < 80);
}

TEST_CASE("what would mean something else in a wide node is left deep") {
  CHECK(refusal(repeated(".", ".[.a]", 5'000)).find("levels deep") != std::string::npos);
  CHECK(refusal(repeated(".", "[]??", 5'000)).find("levels deep") != std::string::npos);
  // The key reads what the whole path began with.
  const NodePtr path = parse({repeated(".", "[0]", 100) + "[.k]"});
  CHECK(path->op == Op::index);
  CHECK(path->args[0]->op == Op::pipe);
  CHECK(parse({repeated(".", "[0]", 100) + "?"})->args.back()->text == "?");
}

TEST_CASE("?// joins patterns in a binding, and is ? and // everywhere else") {
  CHECK(tree(".[] as [$a] ?// $b | $a") == "(as (each .) $a ([ $a) $b)");
  CHECK(tree(".a?//1") == "(// (at? . \"a\") 1)");
}

TEST_CASE("the rest of the grammar is understood too") {
  CHECK(tree("if . then 1 elif 2 then 3 else 4 end") == "(if . 1 (if 2 3 4))");
  CHECK(tree("if . then 1 end") == "(if . 1 _)");
  CHECK(tree("reduce .[] as $x (0; . + $x)") == "(reduce (each .) $x 0 (+ . $x))");
  CHECK(tree("foreach .[] as [$a, {b: $c}] (0; 1; 2)") == "(foreach (each .) ([ $a ({ \"b\" $c)) 0 1 2)");
  CHECK(tree("def f(g; $x): g + $x; f(1; 2)") == "(def f g $x (+ g $x) (f 1 2))");
  CHECK(tree("try error(\"x\") catch .") == "(try (error \"x\") .)");
  CHECK(tree("try 1 | 2") == "(| (try 1 _) 2)");
  CHECK(tree("label $out | 1, break $out") == "(label out (, 1 break:out))");
  CHECK(tree("\"a\\(1 + 2)b\\(\"c\")\"") == "(interpolate \"a\" (+ 1 2) \"b\" \"c\" \"\")");
  CHECK(tree("@base64 \"x\\(.)\"") == "(interpolate@base64 \"x\" . \"\")");
  CHECK(tree("{a, $b, \"c\", (\"d\"): 1, if: 2 | 3, @text: 4}") ==
        "({ \"a\" (at . \"a\") \"b\" $b \"c\" (at . \"c\") \"d\" 1 \"if\" (| 2 3) @text 4)");
  CHECK(tree(". as {a: $x, $y, \"z\": [$w]} | $x") == "(as . $x ({ \"a\" $x $y _ \"z\" ([ $w)))");
  CHECK(tree(".a |= . + 1") == "(|= (at . \"a\") (+ . 1))");
  CHECK(tree("a::b(1)") == "(a::b 1)");
}

TEST_CASE("comments and white space end where they end") {
  CHECK(tree("# first\n.a # behind\n | .b") == "(| (at . \"a\") (at . \"b\"))");
  CHECK(tree("\t.\r\n") == ".");
}

TEST_CASE("strings are decoded") {
  CHECK(tree("\"\\n\\t\\\"\\\\\\/\"") == "\"\n\t\"\\/\"");
  CHECK(tree("\"\\u00e9\\ud83d\\ude00\\ud83d\"") == "\"é😀\xEF\xBF\xBD\"");
}

TEST_CASE("a mistake is shown where it is") {
  CHECK(refusal(".a ==") == "expression: expected an expression, found the end @ expression:1:6");
  CHECK(refusal(".a\n| é") == "expression: unexpected 'é' @ expression:2:3");
  CHECK(refusal("(.a") == "expression: expected ')' to close '(', found the end @ expression:1:4");
  CHECK(refusal(".a == 1 == 2") == "expression: '==' and '==' do not chain @ expression:1:9");
  CHECK(refusal("\"abc") == "expression: this string is never closed @ expression:1:1");
  CHECK(refusal("\"a\\(1\"") == "expression: this string is never closed @ expression:1:6");
  CHECK(refusal("\"\\q\"") == "expression: bad escape in a string @ expression:1:2");
  CHECK(refusal("") == "expression: empty; write . to say \"every event\" @ expression:1:1");
  CHECK(refusal("import \"a\" as a; .") == "expression: 'import' is left out on purpose @ expression:1:1");
  CHECK(refusal("{a: 1 + 2}") ==
        "expression: a member's value with an operator needs parentheses @ expression:1:7");
  CHECK(refusal("\"\xff\"") == "expression: this string is not valid UTF-8 @ expression:1:2");
}

TEST_CASE("the caret stands under the place, in the line it is in") {
  try {
    parse({".a and\n  .b &\n"});
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.excerpt() == "  .b &");
    CHECK(error.caret() == 5);
    CHECK(error.hint() == "did you mean 'and'?");
  }
}

TEST_CASE("depth and size have limits, so that no expression can exhaust the stack") {
  const auto nested = [](int levels, const char* open, const char* close) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += open;
    text += "1";
    for (int i = 0; i < levels; ++i) text += close;
    return text;
  };
  for (const auto& [open, close] : {std::pair{"(", ")"},
                                    {"[", "]"},
                                    {"{a:", "}"},
                                    {"-", ""},
                                    {"try ", ""},
                                    {"if 1 then ", " end"},
                                    {"f(", ")"},
                                    {".[", "]"},
                                    {"\"\\(", ")\""},
                                    {"def f: ", "; 2"},
                                    {"reduce ", " as $x (1;2)"}}) {
    CAPTURE(open);
    CHECK(refusal(nested(100, open, close)) == "accepted");
    CHECK(refusal(nested(5000, open, close)) != "accepted");
  }
  CHECK(refusal("\"" + std::string(64 << 10, 'x') + "\"").find("longer than 64 KiB") != std::string::npos);
}

}  // namespace
}  // namespace weir::expr
