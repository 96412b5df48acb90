#include "expr/program.h"

#include <algorithm>
#include <array>

#include "expr/builtins.h"
#include "expr/lexer.h"
#include "expr/parser.h"
#include "expr/tree_compile.h"

namespace weir::expr {
namespace {

constexpr std::array<std::string_view, kMembers> kMemberNames = {"key",    "ts",      "topic",   "partition",
                                                                 "offset", "headers", "envelope"};

std::size_t add(json::PathSet& set, std::string_view member) {
  return set.add(std::array{json::Step::member(member)});
}

bool begins_with_many(const Node& node) {
  constexpr std::array<std::string_view, 9> kOfMany = {"add",  "group_by", "map",    "max_by",   "min_by",
                                                       "sort", "sort_by",  "unique", "unique_by"};
  if (node.op == Op::call) return std::find(kOfMany.begin(), kOfMany.end(), node.text) != kOfMany.end();
  if (node.op == Op::iterate && node.args[0]->op == Op::identity) return true;
  const bool goes_on = node.op == Op::pipe || node.op == Op::index || node.op == Op::iterate;
  return goes_on && begins_with_many(*node.args[0]);
}

}  // namespace

Program::Program(const Source& source, const Setup& setup)
    : source_(source), setup_(setup), envelope_(setup.envelope) {
  choose();
  for (const json::Path& path : compiled_.paths) line_paths_.add(path);
  if (!envelope_) return;
  for (json::Path path : compiled_.paths) {
    path.insert(path.begin(), json::Step::member("value"));
    envelope_paths_.add(path);
  }
  envelope_slots_.value = add(envelope_paths_, "value");
  envelope_slots_.value_text = add(envelope_paths_, "value_text");
  envelope_slots_.value_base64 = add(envelope_paths_, "value_base64");
  envelope_slots_.payload = add(envelope_paths_, "payload");
  envelope_slots_.key_base64 = add(envelope_paths_, "key_base64");
  for (std::size_t i = 0; i < kMembers; ++i) {
    if (!compiled_.members[i]) continue;
    const bool whole = i == static_cast<std::size_t>(Member::envelope);
    envelope_slots_.members[i] =
        whole ? envelope_paths_.add(json::Path{}) : add(envelope_paths_, kMemberNames[i]);
  }
}

TreeProgram Program::on_tree() const {
  return compile_tree(*parse(source_), source_, setup_);
}

void Program::choose() {
  const NodePtr tree = parse(source_);
  assigns_ = tree->op == Op::assign && tree->text == "=";
  wants_many_ = begins_with_many(*tree);
  if (setup_.engine != Engine::tree) {
    try {
      compiled_ = compile(*tree, source_, setup_);
      return;
    } catch (const NotOnTheLine& off) {
      if (setup_.engine == Engine::fast) throw;
      reason_ = {off.construct(), off.place()};
    }
  }
  tree_ = compile_tree(*tree, source_, setup_);
  compiled_ = {};
  compiled_.code.single = false;
  compiled_.paths.emplace_back();  // the whole value
  std::copy(std::begin(tree_->members), std::end(tree_->members), std::begin(compiled_.members));
}

Source with_dot(Source source) {
  const std::vector<Token> tokens = tokenize(source);
  const bool lone_name =
      tokens.size() == 2 && (tokens[0].kind == TokenKind::identifier || tokens[0].kind == TokenKind::keyword);
  if (lone_name && tokens[0].text.find(':') == std::string::npos &&
      find_builtin(tokens[0].text, 0) == nullptr) {
    source.text.insert(tokens[0].at, 1, '.');
  }
  return source;
}

}  // namespace weir::expr
