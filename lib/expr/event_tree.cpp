#include "expr/event_tree.h"

#include <utility>

#include "expr/datum_text.h"
#include "expr/tree_compile.h"

namespace weir::expr {
namespace {

bool parse_value(const Value& value, Datum& out) {
  out = Datum();
  return value.kind == ValueKind::missing || parse(value.raw(), Text::stays, out);
}

}  // namespace

bool EventTree::read(const Event& event, Datum& input) {
  refused_ = Failure::What::none;
  if (event.binary_value && reads_input(program_.main.body)) {
    refused_ = Failure::What::binary_value;
    return false;
  }
  bool read = event.binary_value || parse_value(event.slots[0], input);
  engine_.binary_key(event.binary_key);
  for (std::size_t i = 0; i < kMembers; ++i) {
    if (program_.members[i])
      read = parse_value(event.members[i], engine_.member(static_cast<Member>(i))) && read;
  }
  if (!read) refused_ = Failure::What::not_json;
  return read;
}

Status EventTree::run(const Event& event, const Emit& emit) {
  scratch_.reset();
  Datum input;
  if (!read(event, input)) return Status::failed;
  return engine_.run(std::move(input), [&](Datum& result) {
    text_.clear();
    append_compact(text_, result);
    const std::string_view kept = scratch_.keep(text_);
    const bool text = result.is(Kind::string);
    Value value{kept.data(), static_cast<std::uint32_t>(kept.size()), result.kind(), false, false};
    value.escaped = text && kept.find('\\') != std::string_view::npos;
    value.integer = result.is(Kind::number) && kept.find_first_of(".e") == std::string_view::npos;
    if (value.kind == ValueKind::missing || kept == "null") value.kind = ValueKind::null;
    return emit(value);
  });
}

Status EventTree::judge(const Event& event) {
  Datum input;
  if (!read(event, input)) return Status::failed;
  return engine_.run(std::move(input),
                     [](Datum& result) { return result.truthy() ? Status::stop : Status::more; });
}

std::string EventTree::message() const {
  return refused_ != Failure::What::none ? Failure{refused_}.message() : engine_.message();
}

std::string_view EventTree::code() const {
  return refused_ != Failure::What::none ? Failure{refused_}.code() : engine_.code();
}

}  // namespace weir::expr
