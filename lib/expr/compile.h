// Tree to code for the line engine.
// Errors: throws error_at() for a name nobody knows, and for what the line engine cannot run, by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "expr/ast.h"
#include "expr/code.h"
#include "expr/source.h"

namespace weir::expr {

// --arg, --argjson: $name in the expression.
struct Variable {
  std::string name;
  std::string json;  // one valid JSON value
};

enum class Engine : std::uint8_t {
  automatic,  // the line engine where it can, else the tree engine
  fast,       // the line engine, or an error that names what keeps the expression off it
  tree,       // the tree engine
};

struct Setup {
  bool envelope = false;  // -J: `.` is an envelope's value, and $key $ts ... are its other members
  std::vector<Variable> variables;
  Engine engine = Engine::automatic;
};

// The text that the command line gives $name; none: it gives no text.
std::optional<std::string> given_text(const Setup& setup, std::string_view name);

// What the line engine cannot run.
class NotOnTheLine : public base::Error {
 public:
  NotOnTheLine(base::Error error, std::string construct)
      : base::Error(std::move(error)), construct_(std::move(construct)) {}
  const std::string& construct() const { return construct_; }  // "'reduce'", "a slice"

 private:
  std::string construct_;
};

// Throws NotOnTheLine besides.
Compiled compile(const Node& tree, const Source& source, const Setup& setup);

}  // namespace weir::expr
