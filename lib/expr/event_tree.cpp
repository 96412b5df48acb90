#include "expr/event_tree.h"

#include <utility>

#include "expr/datum_value.h"
#include "expr/tree_compile.h"

namespace weir::expr {

bool EventTree::read(const Event& event, Datum& input) {
  refused_ = Failure::What::none;
  if (event.binary_value && reads_input(program_.main.body)) {
    refused_ = Failure::What::binary_value;
    return false;
  }
  bool read = event.binary_value || to_datum(event.slots[0], input);
  engine_.binary_key(event.binary_key);
  for (std::size_t i = 0; i < kMembers; ++i) {
    if (program_.members[i])
      read = to_datum(event.members[i], engine_.member(static_cast<Member>(i))) && read;
  }
  if (!read) refused_ = Failure::What::not_json;
  return read;
}

Status EventTree::run(const Event& event, const Emit& emit) {
  scratch_.reset();
  Datum input;
  if (!read(event, input)) return Status::failed;
  return engine_.run(std::move(input), [&](Datum& result) {
    return emit(with_text(to_value(result, scratch_, text_), scratch_));
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
