#include "model/join_row.h"

#include "model/watermark_lines.h"
#include "model/window_row.h"

namespace weir::model {
namespace {

Value key_bytes(const Value& key) {
  return key.null() || std::holds_alternative<std::string>(key.is) ? key : Value(text(key));
}

const char* name_of(JoinSpec::Type type) {
  switch (type) {
    case JoinSpec::Type::inner:
      return "inner";
    case JoinSpec::Type::left:
      return "left";
    case JoinSpec::Type::right:
      return "right";
    default:
      return "outer";
  }
}

}  // namespace

const Value& join_key(const JoinSpec& spec, const Record& record) {
  return spec.envelope ? record.key : record.value.member("k");
}

std::string joined_line(const JoinSpec& spec, const Value& key, Time ts, const Value& left,
                        const Value& right) {
  const Object row{{"left", left}, {"right", right}};
  if (!spec.envelope) return text(row);
  return text(Object{{"key", key_bytes(key)}, {"ts", ts}, {"value", row}});
}

std::string gone_line(const JoinSpec& spec, const Value& key, Time ts) {
  if (!spec.envelope) return text(Object{{"_op", "d"}, {"_key", key}});
  return text(Object{{"key", key_bytes(key)}, {"ts", ts}, {"value", Value()}});
}

Outcome joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  switch (spec.kind) {
    case JoinSpec::Kind::stream:
      return stream_joined(spec, inputs);
    case JoinSpec::Kind::table:
      return table_joined(spec, inputs);
    case JoinSpec::Kind::as_of:
      return as_of_joined(spec, inputs);
    case JoinSpec::Kind::tables:
      return tables_joined(spec, inputs);
    default:
      return foreign_joined(spec, inputs);
  }
}

std::vector<std::string> flags_of(const JoinSpec& spec) {
  using Kind = JoinSpec::Kind;
  std::vector<std::string> flags;
  const auto add = [&](std::string flag, std::string value) {
    flags.push_back(std::move(flag));
    flags.push_back(std::move(value));
  };
  const auto duration = [](Time ms) { return std::to_string(ms) + "ms"; };
  add("--on", spec.envelope ? "$key" : ".k");
  add("--type", name_of(spec.type));
  if (spec.kind == Kind::stream) {
    add("--before", duration(spec.before));
    add("--after", duration(spec.after));
  }
  if (spec.kind == Kind::table || spec.kind == Kind::as_of) flags.push_back("--table");
  if (spec.kind == Kind::as_of) flags.push_back("--as-of");
  if (spec.kind == Kind::tables) flags.push_back("--tables");
  if (spec.kind == Kind::foreign) add("--foreign-key", ".f");
  if (spec.envelope) flags.push_back("-J");
  if (spec.tagged) {
    add("--left", "l");
    add("--right", "r");
  }
  if (!spec.envelope) {
    if (spec.kind == Kind::table) {
      add("--left-ts", ".t");
      if (spec.timed_table) add("--right-ts", ".t");
    } else {
      add("--ts", ".t");
    }
  } else if (spec.timed_table) {
    add("--right-ts", "$ts");
  }
  if (spec.bound != 0) add("--bound", duration(spec.bound));
  if (spec.grace != 0) add("--grace", duration(spec.grace));
  if (spec.late == WindowSpec::Late::in_line) add("--late", "inline");
  const std::vector<std::string> watermarks = watermark_flags(spec.wm_step);
  flags.insert(flags.end(), watermarks.begin(), watermarks.end());
  return flags;
}

}  // namespace weir::model
