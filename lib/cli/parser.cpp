#include "cli/parser.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <exception>
#include <map>

#include "base/error.h"
#include "base/nearest.h"
#include "cli/jq_flags.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

bool is_switch(const Flag& flag) {
  return flag.value_name.empty() || flag.value_optional;
}

std::vector<std::string> spellings(const Flag& flag) {
  std::vector<std::string> all = flag.aliases;
  all.push_back(flag.long_name);
  if (!flag.short_name.empty()) all.push_back(flag.short_name);
  return all;
}

// Value grammars begin their message with the value; here the flag's name goes in front.
void set(const Flag& flag, const std::string& name, std::string_view value) {
  try {
    flag.set(value);
  } catch (const Error& error) {
    if (error.kind() != Kind::usage) throw;
    throw Error(error.kind(), name + " " + error.what()).hint(error.hint()).code(error.code());
  }
}

// What kcat's own flags are here, in a tool with the operand TOPIC; "" for one that tells nothing.
std::string_view instead_of_kcat_flag(std::string_view name) {
  if (name == "-t" || name == "--topic") return "leave it out: TOPIC stands alone";
  if (name == "-L") return "topics list, or topics describe TOPIC with its partitions";
  if (name == "-C" || name == "-P") return "leave it out: consume reads a topic, produce writes to it";
  return "";
}

[[noreturn]] void unknown_flag(const Flags& flags, const std::string& typed) {
  const std::string name = typed.substr(0, typed.find('='));
  std::vector<std::string> known;
  const Flag* expression = nullptr;
  bool names_topic = false;
  for (const Flag& flag : flags.list) {
    names_topic = names_topic || (flag.operand && flag.long_name == "TOPIC");
    if (flag.operand && flag.long_name == "EXPR") expression = &flag;
    if (flag.operand || !flag.shown) continue;
    for (std::string& spelling : spellings(flag)) known.push_back(std::move(spelling));
  }
  auto error = Error(Kind::usage, "no flag " + name).code("unknown_flag");
  // "-.price > 1" or "-1" is no misspelt flag.
  const bool looks_like_expression = typed.find_first_of(" .()[]$|\"") != std::string::npos ||
                                     (typed.size() > 1 && typed[1] >= '0' && typed[1] <= '9');
  if (expression != nullptr && looks_like_expression && !name.starts_with("--")) {
    error.hint("an expression that begins with '-' needs -- before it: -- '" + typed + "'");
  } else if (name == "--raw-output" && std::find(known.begin(), known.end(), "--raw") != known.end()) {
    error.hint("--raw");
  } else if (const auto instead = instead_of_jq_flag(name); expression != nullptr && !instead.empty()) {
    error.hint(std::string(instead));
  } else if (const auto stands = instead_of_kcat_flag(name); names_topic && !stands.empty()) {
    error.hint(std::string(stands));
  } else if (const std::string near = base::nearest_name(name, known); near.starts_with("--")) {
    error.hint("did you mean " + near + "?");
  } else {
    error.hint("-h lists the flags");
  }
  throw error;
}

// The command line in the form in which CLI11 reads every argument as its author meant it.
//   "--key="  CLI11 takes the next argument for the value    -> "--key", ""
//   "++"      CLI11 swallows it, as the end of a subcommand  -> kPlusPlus
// What follows a flag that takes a value is that value, whatever it looks like, and is left alone. "--invert=" on a
// switch and a flag without its value at the end are left out: `misfit` tells of them, once all the rest is read.
constexpr std::string_view kPlusPlus = "+\x1+";

struct Prepared {
  std::vector<std::string> arguments;
  std::exception_ptr misfit;
};

// How many of the arguments behind this one are values of its flag.
std::size_t values_behind(const std::map<std::string, const Flag*>& by_name, std::string_view argument) {
  const auto values = [](const Flag& flag) -> std::size_t {
    return is_switch(flag) ? 0 : flag.set_pair ? 2 : 1;
  };
  if (argument.starts_with("--")) {
    const std::size_t equals = argument.find('=');
    const auto found = by_name.find(std::string(argument.substr(0, equals)));
    if (found == by_name.end()) return 0;
    const std::size_t all = values(*found->second);
    return all > 0 && equals != argument.npos ? all - 1 : all;
  }
  if (argument.size() < 2 || argument[0] != '-') return 0;
  // Switches may stand together, and before a flag with a value: -vn 5.
  for (std::size_t i = 1; i < argument.size(); ++i) {
    const auto found = by_name.find({'-', argument[i]});
    if (found == by_name.end()) return 0;
    const std::size_t all = values(*found->second);
    if (all > 0) return i + 1 < argument.size() ? all - 1 : all;
  }
  return 0;
}

Prepared prepared(const std::map<std::string, const Flag*>& by_name,
                  const std::vector<std::string>& arguments) {
  Prepared to;
  const auto misfit = [&to](Error error) {
    if (to.misfit == nullptr) to.misfit = std::make_exception_ptr(std::move(error));
  };
  bool operands_only = false;
  std::size_t values = 0, flag_at = 0;
  for (const std::string& argument : arguments) {
    if (values > 0 || operands_only || argument == "++") {
      to.arguments.emplace_back(argument == "++" ? kPlusPlus : argument);
      if (values > 0) --values;
      continue;
    }
    operands_only = argument == "--";
    values = values_behind(by_name, argument);
    flag_at = to.arguments.size();
    const bool empty_value = argument.size() > 3 && argument.starts_with("--") && argument.ends_with('=');
    const auto found = empty_value ? by_name.find(argument.substr(0, argument.size() - 1)) : by_name.end();
    if (found == by_name.end() || found->second->value_optional) {
      to.arguments.push_back(argument);
    } else if (is_switch(*found->second)) {
      misfit(Error(Kind::usage, found->first + " takes no value").code("unexpected_value"));
    } else {
      to.arguments.push_back(found->first);
      to.arguments.emplace_back();
    }
  }
  if (values == 0) return to;
  const std::string& flag = to.arguments[flag_at];
  const auto pair = by_name.find(flag);
  const bool half = pair != by_name.end() && pair->second->set_pair;
  misfit(Error(Kind::usage, half ? flag + " needs " + pair->second->value_name : flag + " needs a value")
             .hint("-h lists the flags")
             .code("missing_value"));
  to.arguments.resize(flag_at);
  return to;
}

std::string restored(const std::string& argument) {
  return argument == kPlusPlus ? "++" : argument;
}

void set_operands(const Flags& flags, const std::vector<std::string>& operands) {
  std::size_t next = 0;
  for (const Flag& flag : flags.list) {
    if (!flag.operand) continue;
    // A verb's error is a sentence of its own.
    const bool verb = flag.long_name == "VERB";
    if (next == operands.size() && flag.required) {
      if (verb) no_verb({}, flag.words);
      throw Error(Kind::usage, flag.long_name + " is missing")
          .hint("-h shows how it is used")
          .code("missing_operand");
    }
    const std::size_t end = flag.repeatable ? operands.size() : std::min(operands.size(), next + 1);
    for (; next < end; ++next) verb ? flag.set(operands[next]) : set(flag, flag.long_name, operands[next]);
  }
  if (next < operands.size()) {
    throw Error(Kind::usage, "unexpected argument '" + operands[next] + "'")
        .hint("quote what belongs together; -h shows how it is used")
        .code("unexpected_argument");
  }
}

}  // namespace

void parse(const Flags& flags, const std::vector<std::string>& arguments) {
  std::map<std::string, const Flag*> by_name;
  std::map<const CLI::Option*, const Flag*> by_option;
  CLI::App app;
  app.allow_extras();
  app.set_help_flag();
  for (const Flag& flag : flags.list) {
    if (flag.operand) continue;
    std::string names;
    for (const std::string& name : spellings(flag)) {
      by_name[name] = &flag;
      if (!names.empty()) names += ',';
      names += name;
    }
    const auto accept = [](const CLI::results_t&) { return true; };  // values are set below, in their order
    CLI::Option* option = app.add_option(names, CLI::callback_t(accept));
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
    if (is_switch(flag)) {
      option->type_size(0);
    } else {
      option->type_size(flag.set_pair ? 2 : 1)->expected(1);
    }
    by_option[option] = &flag;
  }

  // What does not fit is told of last, so that --error-format counts for it, wherever it stands.
  auto [line, misfit] = prepared(by_name, arguments);
  std::reverse(line.begin(), line.end());
  app.parse(line);

  std::map<const CLI::Option*, std::size_t> used;
  const auto apply = [&](const CLI::Option* option) {
    const Flag& flag = *by_option.at(option);
    const std::size_t nth = used[option]++;
    const std::string& value = option->results().at(nth);
    const std::string& name = flag.long_name;
    if (flag.set_pair) {
      if (nth % 2 == 1) flag.set_pair(restored(option->results().at(nth - 1)), restored(value));
    } else if (!is_switch(flag)) {
      set(flag, name, restored(value));
    } else if (!value.empty() && !flag.value_optional) {
      throw Error(Kind::usage, name + " takes no value").code("unexpected_value");
    } else {
      set(flag, name, value);
    }
  };
  for (const CLI::Option* option : app.parse_order()) {
    try {
      apply(option);
    } catch (const Error&) {
      if (misfit == nullptr) misfit = std::current_exception();
    }
  }
  if (misfit != nullptr) std::rethrow_exception(misfit);

  std::vector<std::string> operands;
  bool operands_only = false;
  for (const std::string& left : app.remaining()) {
    const std::string argument = restored(left);
    if (!operands_only && argument == "--") {
      operands_only = true;
    } else if (!operands_only && argument.size() > 1 && argument.front() == '-') {
      unknown_flag(flags, argument);
    } else {
      operands.push_back(argument);
    }
  }

  set_operands(flags, operands);
  for (const auto& check : flags.checks) check();
}

}  // namespace weir::cli
