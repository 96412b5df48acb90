#include "ops/aggregate_spec.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/nearest.h"
#include "expr/lexer.h"

namespace weir::ops {
namespace {

using base::Error;
using base::Kind;

struct Function {
  std::string_view name;
  Aggregation function;
};
constexpr Function kFunctions[] = {{"count", Aggregation::count},
                                   {"sum", Aggregation::sum},
                                   {"avg", Aggregation::avg},
                                   {"min", Aggregation::min},
                                   {"max", Aggregation::max},
                                   {"min_by", Aggregation::min_by},
                                   {"max_by", Aggregation::max_by},
                                   {"first", Aggregation::first},
                                   {"last", Aggregation::last},
                                   {"first_seen", Aggregation::first_seen},
                                   {"last_seen", Aggregation::last_seen},
                                   {"collect", Aggregation::collect},
                                   {"collect_set", Aggregation::collect_set},
                                   {"count_distinct", Aggregation::count_distinct},
                                   {"approx_distinct", Aggregation::approx_distinct},
                                   {"percentile", Aggregation::percentile},
                                   {"approx_percentile", Aggregation::approx_percentile},
                                   {"topk", Aggregation::topk},
                                   {"bottomk", Aggregation::bottomk},
                                   {"topk_distinct", Aggregation::topk_distinct},
                                   {"var_samp", Aggregation::var_samp},
                                   {"var_pop", Aggregation::var_pop},
                                   {"stddev_samp", Aggregation::stddev_samp},
                                   {"stddev_pop", Aggregation::stddev_pop}};

constexpr std::uint64_t kPrecisionLeast = 4, kPrecisionMost = 18, kPrecision = 14;

// Takes the text apart at the words of the expression language, so that a comma in a string or in brackets belongs to
// its expression.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  AggregateSpec parse() {
    const std::size_t equals = text_.find('=');
    if (equals == std::string_view::npos || equals == 0) refuse("is no NAME=FUNCTION(...)");
    spec_.name = text_.substr(0, equals);
    body_ = text_.substr(equals + 1);
    cut();
    find_function();
    take_expressions();
    take_parameters();
    return std::move(spec_);
  }

 private:
  [[noreturn]] void refuse(const std::string& why,
                           std::string hint = "--agg 'total=sum(.price) where .paid'") const {
    throw Error(Kind::usage, std::string(text_) + " " + why).hint(std::move(hint)).code("bad_aggregate");
  }
  static std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
  }

  // FUNCTION, the arguments, and what stands behind `where`.
  void cut() {
    const std::vector<expr::Token> tokens = expr::tokenize({.text = std::string(body_), .name = "--agg"});
    if (tokens.size() < 3 || tokens[0].kind != expr::TokenKind::identifier || !tokens[1].is("("))
      refuse("is no NAME=FUNCTION(...)");
    function_ = tokens[0].text;
    std::size_t depth = 0, from = tokens[1].end, at = 1;
    for (;; ++at) {
      const expr::Token& token = tokens[at];
      if (token.kind == expr::TokenKind::end) refuse("has a bracket that is not closed");
      const bool opens = token.is("(") || token.is("[") || token.is("{") ||
                         token.kind == expr::TokenKind::string_interpolation;
      if (opens) ++depth;
      if (token.is(")") || token.is("]") || token.is("}")) --depth;
      if (depth == 0 || (depth == 1 && token.is(","))) {
        arguments_.push_back(trimmed(body_.substr(from, token.at - from)));
        from = token.end;
      }
      if (depth == 0) break;
    }
    if (arguments_.size() == 1 && arguments_[0].empty()) arguments_.clear();
    const expr::Token& behind = tokens[at + 1];
    if (behind.kind == expr::TokenKind::end) return;
    if (behind.kind != expr::TokenKind::identifier || behind.text != "where")
      refuse("has something behind its brackets that is no 'where'");
    spec_.where = trimmed(body_.substr(behind.end));
    if (spec_.where.empty()) refuse("has no condition behind 'where'");
  }

  void find_function() {
    for (const Function& each : kFunctions) {
      if (each.name == function_) return void(spec_.function = each.function);
    }
    const std::string near = base::nearest_name(function_, aggregation_names());
    std::string hint = "one of";
    for (const std::string& each : aggregation_names()) hint += " " + each;
    if (!near.empty()) hint = "did you mean '" + near + "'?";
    refuse("names no function '" + function_ + "'", hint);
  }

  std::string argument(std::size_t place, const char* what) {
    if (arguments_.size() <= place || arguments_[place].empty())
      refuse("lacks " + std::string(what) + " of " + function_ + "()");
    return arguments_[place];
  }

  void take_expressions() {
    const bool optional = spec_.function == Aggregation::count;
    if (!optional || !arguments_.empty()) spec_.expression = argument(next_++, "the expression");
    if (spec_.function == Aggregation::min_by || spec_.function == Aggregation::max_by)
      spec_.by = argument(next_++, "the second expression");
  }

  void take_parameters() {
    switch (spec_.function) {
      case Aggregation::percentile:
        spec_.percent = real(argument(next_++, "the percentage"), 0, 100);
        break;
      case Aggregation::approx_percentile:
        spec_.percent = real(argument(next_++, "the percentage"), 0, 100);
        if (next_ < arguments_.size()) spec_.error = real(named("err"), 0.0001, 0.5);
        break;
      case Aggregation::topk:
      case Aggregation::bottomk:
      case Aggregation::topk_distinct:
        spec_.limit = whole(argument(next_++, "the number of values"), 1, 1'000'000);
        break;
      case Aggregation::approx_distinct:
        spec_.limit = kPrecision;
        if (next_ < arguments_.size()) spec_.limit = whole(named("p"), kPrecisionLeast, kPrecisionMost);
        break;
      case Aggregation::collect:
      case Aggregation::first:
      case Aggregation::last:
        take_limit_and_nulls();
        break;
      default:
        break;
    }
    if (next_ < arguments_.size()) refuse("has more in its brackets than " + function_ + "() takes");
  }

  void take_limit_and_nulls() {
    const bool limits = spec_.function == Aggregation::collect;
    for (; next_ < arguments_.size(); ++next_) {
      if (arguments_[next_] == "nulls") {
        spec_.nulls = true;
      } else if (limits) {
        spec_.limit = whole(arguments_[next_], 1, UINT64_MAX - 1);
      } else {
        return;
      }
    }
  }

  // The next argument, which may be written as NAME=VALUE.
  std::string named(std::string_view name) {
    std::string text = arguments_[next_++];
    if (text.starts_with(std::string(name) + "=")) text.erase(0, name.size() + 1);
    return text;
  }

  template <typename T>
  T parsed(const std::string& text, T low, T high) const {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high))
      refuse("has " + text + " where " + function_ + "() takes a number from " + shown(low) + " to " +
             shown(high));
    return value;
  }
  static std::string shown(std::uint64_t value) { return std::to_string(value); }
  static std::string shown(double value) {
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
  double real(const std::string& text, double low, double high) const {
    return parsed<double>(text, low, high);
  }
  std::uint64_t whole(const std::string& text, std::uint64_t low, std::uint64_t high) const {
    return parsed<std::uint64_t>(text, low, high);
  }

  std::string_view text_, body_;
  std::string function_;
  std::vector<std::string> arguments_;
  std::size_t next_ = 0;
  AggregateSpec spec_;
};

}  // namespace

bool AggregateSpec::numeric() const {
  switch (function) {
    case Aggregation::sum:
    case Aggregation::avg:
    case Aggregation::percentile:
    case Aggregation::approx_percentile:
    case Aggregation::var_samp:
    case Aggregation::var_pop:
    case Aggregation::stddev_samp:
    case Aggregation::stddev_pop:
      return true;
    default:
      return false;
  }
}

AggregateSpec parse_aggregate(std::string_view text) {
  return Parser(text).parse();
}

std::vector<std::string> aggregation_names() {
  std::vector<std::string> names;
  for (const Function& each : kFunctions) names.emplace_back(each.name);
  return names;
}

std::string_view name_of(Aggregation function) {
  const auto* const found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                         [&](const Function& each) { return each.function == function; });
  return found->name;
}

}  // namespace weir::ops
