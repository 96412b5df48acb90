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
      rows_(settings.envelope ? Form::envelopes : Form::lines) {}

void JoinRows::open(const About& about) {
  line_.clear();
  if (!settings_.envelope) return;
  line_ += "{\"key\":";
  // The canonical text of a string is that string; all else is written as a text.
  if (about.key.empty() || about.key.front() == '"') {
    line_ += or_null(about.key);
  } else {
    json::append_quoted(line_, about.key);
  }
  if (about.ts) {
    fmt::format_to(std::back_inserter(line_), ",\"ts\":{},\"value\":", *about.ts);
  } else {
    line_ += ",\"ts\":null,\"value\":";
  }
}

void JoinRows::close(stream::Context& context) {
  if (settings_.envelope) line_ += '}';
  (void)rows_.put(line_, context);
}

void JoinRows::put(const About& about, std::string_view left, std::string_view right,
                   stream::Context& context) {
  open(about);
  switch (settings_.shape) {
    case Shape::pair:
      line_ += left_name_;
      line_ += or_null(left);
      line_ += right_name_;
      line_ += or_null(right);
      line_ += '}';
      break;
    case Shape::flat:
      append_merged(line_, {left, settings_.left}, {right, settings_.right});
      break;
    case Shape::into: {
      // White space before the last brace stays as it is; an object without members has no comma.
      const std::string_view open = left.empty() ? "{" : left.substr(0, left.size() - 1);
      line_ += open;
      if (open.find_last_not_of(" \t\r\n") != 0) line_ += ',';
      line_ += into_name_;
      line_ += or_null(right);
      line_ += '}';
      break;
    }
  }
  close(context);
}

void JoinRows::put_deleted(const About& about, stream::Context& context) {
  open(about);
  if (settings_.envelope) {
    line_ += kNull;
  } else {
    line_ += R"({"_op":"d","_key":)";
    line_ += or_null(about.key);
    line_ += '}';
  }
  close(context);
}

}  // namespace weir::ops
