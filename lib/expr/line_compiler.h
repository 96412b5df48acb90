// The compiler for the line engine, one node after the other. Where the line engine cannot run a node, the tree engine
// gets the smallest part around it that stands for itself: one that uses no variable bound outside of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/builtins.h"
#include "expr/code.h"
#include "expr/compile.h"
#include "json/path_set.h"

namespace weir::expr {

class LineCompiler {
 public:
  LineCompiler(const Source& source, const Setup& setup) : source_(source), setup_(setup) {}

  Compiled run(const Node& tree);

 private:
  // Where `.` stands while a part of the tree is compiled: at a path from the event, or at something computed.
  using Here = std::optional<json::Path>;

  [[noreturn]] void unsupported(const Node& node, const std::string& construct,
                                const char* hint = nullptr) const;

  // ---- small makers
  static Code made(Do what, bool single = true);
  template <typename... Args>
  static Code made_of(Do what, bool single, Args... args) {
    Code code = made(what, single);
    (code.args.push_back(std::move(args)), ...);
    return code;
  }
  static void set_native(Code& code, std::string_view name, std::size_t arity);
  Code constant(std::string json);
  static Code constant(const Value& value);
  Code constant_string(std::string_view text);
  Code slot(const json::Path& path);
  Code input(const Here& here) { return here ? slot(*here) : made(Do::input); }
  const json::Path& path_of(const Code& code) const { return out_.paths[code.slot]; }
  // Where every result of `code` stands, if that is one path from the event.
  Here place_of(const Code& code) const;
  void keep_used_paths();
  void renumber(Code& code, const std::vector<json::Path>& made);

  // ---- parts for the tree engine
  bool stands_alone(const Node& node) const;
  Code tree_part(const Node& node, std::size_t from_stage, const Here& here, const NotOnTheLine& off);

  // ---- nodes (compile.cpp)
  Code compile(const Node& node, const Here& here);
  Code compile_node(const Node& node, const Here& here);
  Code compile_all(Do what, const Node& node, const Here& here);
  Code variable(const Node& node);
  Code index(const Node& node, const Here& here);
  Code index_by(const Node& node, Code key, const Here& here);
  Code slice(const Node& node, const Here& here);
  Code iterate(const Node& node, const Here& here);
  Code pipe(const Node& node, const Here& start);
  Code binary(const Node& node, const Here& here);
  Code chain(const Node& node, const Here& here);
  Code in_turn(Do what, const Node& node, const Here& here);
  Code negate(const Node& node, const Here& here);
  Code attempt(const Node& node, const Here& here);
  Code conditional(const Node& node, const Here& here);
  Code bind(const Node& node, const Here& here);
  Code array(const Node& node, const Here& here);
  Code object(const Node& node, const Here& here);
  Code interpolate(const Node& node, const Here& here);

  // ---- functions (compile_calls.cpp)
  Code call(const Node& node, const Here& here);
  std::optional<Code> special(const Node& node, const Here& here);
  std::optional<Code> desugared(const Node& node, const Here& here);
  Code function(Function function, const Node& node, const Here& here);
  Code has(const Node& node, const Here& here);
  Code native(const Node& node, const Here& here);
  void check(const Node& call) const;  // the patterns that it is given
  Code test(const Node& node, const Here& here);
  Code iterated(const Here& here);
  Code collected(Code content);

  const Source& source_;
  const Setup& setup_;
  Compiled out_;
  const Node* root_ = nullptr;
  int several_ = 0;
  struct Local {
    std::string name;
    std::uint32_t place;
  };
  std::vector<Local> locals_;  // in sight
};

}  // namespace weir::expr
