// Everything of an envelope but its value, as map's --key, --ts and --header set it. Their expressions see the event as
// it came in, not what becomes of it.
// Threads: one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_format.h"
#include "base/zone.h"
#include "expr/one_result.h"
#include "record/envelope.h"
#include "record/headers.h"
#include "stream/errors.h"

namespace weir::ops {

class EnvelopeRest {
 public:
  struct Settings {
    std::string key;  // an expression; empty: the key stays
    std::optional<base::Field> ts;
    base::Zone zone;                                           // of times that name none
    std::vector<std::pair<std::string, std::string>> headers;  // name, expression
    expr::Setup setup;
    expr::Evaluator::Settings evaluator;
    // Called once when --header NAME=word gives null: `word` is the member .word, and a text may have been meant.
    std::function<void(const std::string& name, const std::string& word)> word_is_null;
    std::function<void(const std::string& text)> notice;  // called once when --ts looks like seconds
  };
  // Throws Error(Kind::usage) for an expression that is none.
  explicit EnvelopeRest(const Settings& settings);

  // Changes key, time and headers of `envelope`, which the event says: it was read from `line`, or with no line is the
  // record of a log. False: fault() says why not. What it points to afterwards is good until the next call.
  //   key      a string is its bytes, null none, all else compact canonical JSON
  //   time     null is none
  //   header   takes the place of all of that name; null is a null value
  bool apply(std::optional<std::string_view> line, record::Envelope& envelope);
  stream::Fault fault() const { return fault_; }

  // The expressions that are set, in the order of evaluation.
  std::vector<const expr::OneResult*> expressions() const;

 private:
  struct Header {
    std::string name;
    expr::OneResult value;
    std::string word;  // the expression while it is a bare word that has not been null yet; else empty
  };
  bool is_set(std::string_view name) const;
  bool set_headers(std::optional<std::string_view> line, const record::Envelope& seen,
                   record::Headers& headers);
  const expr::Value* evaluate(expr::OneResult& one, std::optional<std::string_view> line,
                              const record::Envelope& seen);

  std::optional<base::Field> field_;
  base::Zone zone_;
  std::optional<expr::OneResult> key_, ts_;
  std::vector<Header> headers_;
  std::function<void(const std::string& name, const std::string& word)> word_is_null_;
  std::function<void(const std::string& text)> notice_;
  record::HeadersBuilder built_;
  std::string key_text_, text_;
  stream::Fault fault_;
};

}  // namespace weir::ops
