#include "model/case.h"

namespace weir::model {
namespace {

bool envelope(const Spec& spec) {
  return std::visit([](const auto& one) { return one.envelope; }, spec);
}

// Flags taken away, one at a time.
void simpler(const WindowSpec& spec, std::vector<Spec>& to) {
  const WindowSpec plain;
  const auto without = [&](auto member) {
    if (spec.*member == plain.*member) return;
    WindowSpec one = spec;
    one.*member = plain.*member;
    to.push_back(one);
  };
  without(&WindowSpec::align);
  without(&WindowSpec::bound);
  without(&WindowSpec::grace);
  without(&WindowSpec::only_changed);
  without(&WindowSpec::having);
  without(&WindowSpec::late);
  without(&WindowSpec::fill);
  if (!spec.only_changed) without(&WindowSpec::emit);
  for (std::size_t i = 0; i < spec.by.size(); ++i) {
    WindowSpec one = spec;
    one.by.erase(one.by.begin() + static_cast<std::ptrdiff_t>(i));
    to.push_back(one);
  }
  for (std::size_t i = 0; i < spec.aggregates.size() && spec.aggregates.size() > 1; ++i) {
    if (spec.aggregates[i].name == spec.having) continue;
    WindowSpec one = spec;
    one.aggregates.erase(one.aggregates.begin() + static_cast<std::ptrdiff_t>(i));
    to.push_back(one);
  }
}
void simpler(const JoinSpec& spec, std::vector<Spec>& to) {
  for (const auto member : {&JoinSpec::bound, &JoinSpec::grace}) {
    if (spec.*member == 0) continue;
    JoinSpec one = spec;
    one.*member = 0;
    to.push_back(one);
  }
  if (spec.late != WindowSpec::Late::drop) {
    JoinSpec one = spec;
    one.late = WindowSpec::Late::drop;
    to.push_back(one);
  }
}
void simpler(const TableSpec& spec, std::vector<Spec>& to) {
  for (std::size_t i = 0; i < spec.aggregates.size() && spec.aggregates.size() > 1; ++i) {
    TableSpec one = spec;
    one.aggregates.erase(one.aggregates.begin() + static_cast<std::ptrdiff_t>(i));
    to.push_back(one);
  }
  TableSpec one = spec;
  one.ttl = 0;
  one.delete_when.clear();
  one.only_changed = false;
  if (one.ttl != spec.ttl || !spec.delete_when.empty() || spec.only_changed) to.push_back(one);
}

std::string in_quotes(const std::string& word) {
  return word.find_first_of(" $()>.=") == std::string::npos ? word : "'" + word + "'";
}

}  // namespace

const char* tool_of(const Case& one) {
  return std::holds_alternative<WindowSpec>(one.spec) ? "window"
         : std::holds_alternative<JoinSpec>(one.spec) ? "join"
                                                      : "table";
}

std::vector<std::string> flags_of(const Case& one) {
  std::vector<std::string> flags = std::visit([](const auto& spec) { return flags_of(spec); }, one.spec);
  flags.insert(flags.end(), {"--on-error", "skip", "--summary=json"});
  return flags;
}

std::vector<std::string> inputs_of(const Case& one) {
  std::vector<std::string> texts;
  for (const std::vector<Record>& records : one.inputs) {
    std::string& all = texts.emplace_back();
    for (const Record& record : records) all += line_of(record, envelope(one.spec)) + "\n";
  }
  return texts;
}

Outcome wanted(const Case& one) {
  if (const WindowSpec* window = std::get_if<WindowSpec>(&one.spec)) return windows(*window, one.inputs);
  if (const JoinSpec* join = std::get_if<JoinSpec>(&one.spec)) return joined(*join, one.inputs);
  return tabled(std::get<TableSpec>(one.spec), one.inputs);
}

bool resumable(const Case& one) {
  for (const std::vector<Record>& records : one.inputs) {
    for (const Record& record : records) {
      if (!record.offset) return false;
    }
  }
  return envelope(one.spec);
}

std::vector<Case> smaller(const Case& one) {
  std::vector<Case> all;
  for (std::size_t input = 0; input < one.inputs.size(); ++input) {
    const std::size_t count = one.inputs[input].size();
    for (std::size_t length = count; length > 0; length = length > 4 ? length / 2 : length - 1) {
      for (std::size_t from = 0; from + length <= count; from += length) {
        Case made = one;
        auto& records = made.inputs[input];
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(from),
                      records.begin() + static_cast<std::ptrdiff_t>(from + length));
        all.push_back(std::move(made));
      }
    }
  }
  std::vector<Spec> specs;
  std::visit([&](const auto& spec) { simpler(spec, specs); }, one.spec);
  for (Spec& spec : specs) all.push_back({std::move(spec), one.inputs});
  if (std::holds_alternative<WindowSpec>(one.spec) && one.inputs.size() > 1) {
    for (std::size_t input = 1; input < one.inputs.size(); ++input) {
      if (one.inputs[input].empty()) all.push_back({one.spec, {one.inputs[0]}});
    }
  }
  for (std::size_t input = 0; input < one.inputs.size(); ++input) {
    for (std::size_t i = 0; i < one.inputs[input].size(); ++i) {
      const Object* object = std::get_if<Object>(&one.inputs[input][i].value.is);
      for (std::size_t member = 0; object != nullptr && member < object->size(); ++member) {
        if ((*object)[member].first == "t") continue;
        Case made = one;
        Object& less = std::get<Object>(made.inputs[input][i].value.is);
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(member));
        all.push_back(std::move(made));
      }
    }
  }
  return all;
}

std::string shown(const Case& one) {
  std::string command = tool_of(one);
  for (const std::string& flag : flags_of(one)) command += " " + in_quotes(flag);
  const std::vector<std::string> texts = inputs_of(one);
  if (texts.size() == 1) return command + " <<'END'\n" + texts[0] + "END\n";
  for (const std::string& text : texts) command += " <(cat <<'END'\n" + text + "END\n)";
  return command + "\n";
}

}  // namespace weir::model
