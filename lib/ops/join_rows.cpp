#include "ops/join_rows.h"

#include <fmt/format.h>

#include "json/text.h"
#include "ops/merge_objects.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;

constexpr std::string_view kNull = "null";

std::string quoted(std::string_view name) {
  std::string text;
  json::append_quoted(text, name);
  return text;
}

std::string_view or_null(std::string_view json) {
  return json.empty() ? kNull : json;
}

}  // namespace

JoinRows::JoinRows(const Settings& settings)
    : settings_(settings),
      left_name_("{" + quoted(settings.left) + ":"),
      right_name_("," + quoted(settings.right) + ":"),
      into_name_(quoted(settings.into) + ":"),
      tail_(settings.envelope ? "}" : ""),
      rows_(settings.envelope ? Form::envelopes : Form::lines) {}

void JoinRows::begin(const About& about) {
  head_.clear();
  if (!settings_.envelope) return;
  head_ += "{\"key\":";
  // The canonical text of a string is that string; all else is written as a text.
  if (about.key.empty() || about.key.front() == '"') {
    head_ += or_null(about.key);
  } else {
    json::append_quoted(head_, about.key);
  }
  if (about.ts) {
    fmt::format_to(std::back_inserter(head_), ",\"ts\":{},\"value\":", *about.ts);
  } else {
    head_ += ",\"ts\":null,\"value\":";
  }
}

void JoinRows::put(const About& about, std::string_view left, std::string_view right,
                   stream::Context& context) {
  begin(about);
  switch (settings_.shape) {
    case Shape::pair:
      (void)rows_.put({head_, left_name_, or_null(left), right_name_, or_null(right), "}", tail_}, context);
      break;
    case Shape::flat:
      merged_.clear();
      append_merged(merged_, {left, settings_.left}, {right, settings_.right});
      (void)rows_.put({head_, merged_, tail_}, context);
      break;
    case Shape::into: {
      // White space before the last brace stays as it is; an object without members has no comma.
      const std::string_view open = left.empty() ? "{" : left.substr(0, left.size() - 1);
      const std::string_view comma = open.find_last_not_of(" \t\r\n") == 0 ? "" : ",";
      (void)rows_.put({head_, open, comma, into_name_, or_null(right), "}", tail_}, context);
      break;
    }
  }
}

void JoinRows::put_deleted(const About& about, stream::Context& context) {
  begin(about);
  if (settings_.envelope) {
    (void)rows_.put({head_, kNull, tail_}, context);
  } else {
    (void)rows_.put({R"({"_op":"d","_key":)", or_null(about.key), "}"}, context);
  }
}

}  // namespace weir::ops
