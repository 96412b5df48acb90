#include "cli/expression_flags.h"

#include <utility>

#include "base/error.h"
#include "cli/read_file.h"
#include "expr/explain.h"
#include "expr/lexer.h"
#include "json/cursor.h"
#include "json/text.h"
#include "json/validate.h"

namespace weir::cli {
namespace {

Flag steps_flag(std::uint64_t& to) {
  Flag made = flag("--max-steps", "N", "An event that takes more steps is a bad event", to);
  made.set = [&to](std::string_view text) {
    to = parse_count(text);
    if (to == 0) throw base::Error(base::Kind::usage, "0 leaves no step to take").code("bad_number");
  };
  return made;
}

// A name that no expression can say would be a variable that nobody finds.
Flag variable_flag(std::string_view flag, std::string_view names, std::string_view help, Pairs& to) {
  Flag made = pair_flag(flag, names, help, to);
  made.set_pair = [set = made.set_pair, flag = std::string(flag)](std::string_view name,
                                                                  std::string_view value) {
    if (!expr::is_name(name)) {
      throw base::Error(base::Kind::usage, flag + " '" + std::string(name) + "' is no name of a variable")
          .hint("a letter or _ first, then letters, digits and _: " + flag + " first_name ...")
          .code("bad_word");
    }
    set(name, value);
  };
  return made;
}

// The parts of the group, in its order.
Flags variable_flags(ExpressionFlags& to) {
  return {variable_flag("--arg", "NAME VALUE", "$NAME is this string in EXPR", to.strings),
          variable_flag("--argjson", "NAME JSON", "$NAME is this value in EXPR", to.values)};
}

Flags engine_flags(ExpressionFlags& to, std::string_view explain_help) {
  return {
      flag("--trust", "Check only what EXPR reads, for speed", to.trust)
          .more("Without it every line is checked from end to end. With it a line that is broken somewhere "
                "else passes or is dropped unnoticed, and EXPR may see a value that a correct reader "
                "would not. Gains about a fifth; meant for input that was checked before."),
      minor(Flags{
          choice(
              "--engine", "What runs EXPR", to.engine,
              {{"auto", expr::Engine::automatic}, {"fast", expr::Engine::fast}, {"tree", expr::Engine::tree}})
              .more("The line engine works on the text of an event without building a tree, and is many "
                    "times as fast; weir-expressions(7) marks what it runs. auto: the line engine where it "
                    "can, else the tree engine. fast: refuse EXPR, by name, if it needs the tree engine. "
                    "tree: run all of it there. The results are the same."),
          flag("--explain", explain_help, to.explain),
          steps_flag(to.max_steps)
              .more("So that no expression can hang a pipeline: an ordinary event takes fewer than a "
                    "hundred.")})};
}

}  // namespace

Flags flags(ExpressionFlags& to) {
  return group("Expression",
               {variable_flags(to),
                flag("--from-file", "FILE", "Read EXPR from FILE", to.file).completing(Completes::file),
                engine_flags(to, "Say which engine runs EXPR, and why; read nothing")});
}

Flags field_flags(ExpressionFlags& to) {
  return group("Expressions",
               {variable_flags(to),
                engine_flags(to, "Say which engine runs each EXPR, and what is kept; read nothing")});
}

Flag limit_flag(std::string_view help, std::optional<std::uint64_t>& to) {
  Flag made = flag("-n", "--count", "N", help, to);
  // jq's -n takes no value, so what stands there is EXPR.
  made.set = [set = made.set](std::string_view text) {
    try {
      set(text);
    } catch (const base::Error& error) {
      throw base::Error(error).hint("-n counts here; to evaluate EXPR without input: echo null | map EXPR");
    }
  };
  return made;
}

void settle_operands(ExpressionFlags& flags, std::vector<std::string>& inputs, const std::string& example) {
  if (flags.file && flags.expression) {
    inputs.insert(inputs.begin(), std::move(*flags.expression));
    flags.expression.reset();
  }
  if (flags.expression || flags.file) return;
  throw base::Error(base::Kind::usage, "EXPR is missing").hint(example).code("missing_operand");
}

expr::Source source_of(const ExpressionFlags& flags) {
  if (!flags.file) return {*flags.expression};
  return {read_file("--from-file", *flags.file, expr::kMaxSourceBytes + 1), *flags.file};
}

expr::Setup setup_of(const ExpressionFlags& flags, bool envelope) {
  expr::Setup setup;
  setup.envelope = envelope;
  setup.engine = flags.engine;
  for (const auto& [name, text] : flags.strings) {
    std::string json;
    json::append_quoted(json, text);
    setup.variables.push_back({name, std::move(json)});
  }
  for (const auto& [name, text] : flags.values) {
    json::Error error;
    if (!json::validate(text, error)) {
      throw base::Error(base::Kind::usage, "--argjson " + name + " is not valid JSON: " +
                                               std::string(json::message(error.fault)))
          .excerpt(text, error.column)
          .hint("a string is --arg " + name + " TEXT");
    }
    setup.variables.push_back({name, std::string(json::parse_value(text).raw())});
  }
  return setup;
}

expr::Evaluator::Settings evaluator_settings(const ExpressionFlags& flags, const ZoneFlag& zone) {
  expr::Evaluator::Settings settings;
  settings.check = flags.trust ? json::Check::read_values : json::Check::whole_line;
  settings.max_steps = flags.max_steps;
  settings.zone = zone.zone;
  return settings;
}

void explain(std::string_view name, const expr::Program& program, const Io& io) {
  io.put_out(std::string(name) + ": " + expr::explain(program) + "\n");
}

}  // namespace weir::cli
