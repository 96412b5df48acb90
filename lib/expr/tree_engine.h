// Runs tree code on one value at a time, with jq's semantics.
//
// How     a part with at most one result is evaluated straight to it, any other hands its results to a callback; calls
//         in tail position, and what is last in a pipe or a comma, go round a loop, so that recursion written so takes
//         no stack.
// Limits  steps, memory, and the depth of values and calls: reaching one is an error that no `try` catches.
// Memory  values come from the thread's Pool and go back to it when the run ends, but for the program's constants.
// Threads one engine per thread; the program is only read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "expr/emit.h"
#include "expr/failure.h"
#include "expr/native.h"
#include "expr/tree_code.h"
#include "expr/tree_frame.h"

namespace weir::expr {

// What takes results: a reference to any callable, borrowed for the length of a call. It may move from what it gets.
template <typename V, typename R = Status>
class Results {
 public:
  template <typename Take>
  requires(!std::is_same_v<std::remove_cvref_t<Take>, Results>)
      Results(Take&& take)  // NOLINT: a lambda is handed over as it stands
      : object_(const_cast<void*>(static_cast<const void*>(&take))), call_([](void* object, V& value) {
          return (*static_cast<std::remove_reference_t<Take>*>(object))(value);
        }) {}

  R operator()(V& value) const { return call_(object_, value); }

 private:
  void* object_;
  R (*call_)(void*, V&);
};

// A value, and where it was found: what path(...) and the assignments evaluate with.
struct Traced {
  Datum value;
  Datum path;  // an array
  Datum at;    // what stands there; when `value` is another, the path is lost
};

class TreeEngine {
 public:
  struct Limits {
    std::uint64_t max_steps;
    std::size_t max_bytes = std::size_t{256} << 20;
  };
  // Borrows `program`.
  TreeEngine(const TreeProgram& program, const Limits& limits, base::Zone zone = {});

  // The members of an envelope that the next runs see; missing ones are null.
  Datum& member(Member member) { return members_[static_cast<std::size_t>(member)]; }
  // $key stands for bytes that are no text: reading it is an error.
  void binary_key(bool binary) { binary_key_ = binary; }

  // Every result in jq's order, until `emit` says stop.
  Status run(Datum input, const Results<Datum>& emit);
  // How many steps of the limit the last run left.
  std::uint64_t steps_left() const { return natives_.steps_left; }

  // After a failed run.
  Failure::What limit() const { return limit_; }  // which was reached; none: an error of the expression
  std::string message() const;
  std::string_view code() const;
  const Datum& thrown() const { return natives_.thrown; }  // what error/1 was given; until the next run

 private:
  enum class Got : std::uint8_t { value, none, stop, failed };
  enum class Change : std::uint8_t { set, removed, kept, stop, failed };
  using Update = Results<Datum, Change>;  // changes a value in place, or says that it goes
  // Why no value came, in the words of those who take any number of results, and back.
  static Status as_status(Got got) {
    return got == Got::none ? Status::more : got == Got::stop ? Status::stop : Status::failed;
  }
  static Got as_got(Status status) {
    return status == Status::more ? Got::none : status == Status::stop ? Got::stop : Got::failed;
  }

  // ---- at most one result (one), any number of results (all)
  template <typename V>
  Got one(const TreeCode& code, Frame* frame, V& in, V& out);
  template <typename V>
  Got one_form(const TreeCode& code, Frame* frame, V& in, V& out);
  Got one_computed(const TreeCode& code, Frame* frame, Datum& in, Datum& out);
  template <typename V>
  Status all(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_form(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  Status all_computed(const TreeCode& code, Frame* frame, Datum& in, const Results<Datum>& emit);

  // ---- parts of them
  FrameRef enter(const TreeCode& call, Frame* frame);
  const TreeCode* step_in(const TreeCode& code, Frame*& frame, FrameRef& held);
  bool binary(const TreeCode& code, Datum& left, Datum& right, Datum& out);
  bool chain(const TreeCode& code, std::vector<Datum>& values, Datum& out);
  Got one_chain(const TreeCode& code, Frame* frame, Datum& in, Datum& out);
  bool join_part(const TreeCode& code, Datum& value, Datum& text);
  template <typename V>
  Got step_into(const TreeCode& code, V& term, const Datum& key, V& out, bool mine);
  template <typename V>
  Got one_index(const TreeCode& code, Frame* frame, V& in, V& out);
  Got one_object(const TreeCode& code, Frame* frame, Datum& in, Datum& out);
  Got one_join(const TreeCode& code, Frame* frame, Datum& in, Datum& out);
  void charge_texts(std::span<const Datum> args);
  Got one_native(const TreeCode& code, Frame* frame, Datum& in, Datum& out);
  template <typename V, typename Run>
  static Got only(V& out, const Run& run);
  Got throw_value(Datum value);
  template <typename V>
  Got one_label(const TreeCode& code, Frame* frame, V& in, V& out);
  template <typename V>
  Got one_first(const TreeCode& code, Frame* frame, V& in, V& out);
  template <typename V>
  Got one_until(const TreeCode& code, Frame* frame, V& in, V& out);
  Got one_any(const TreeCode& code, Frame* frame, Datum& in, Datum& out);

  template <typename V>
  Status pipe_from(const TreeCode& pipe, std::size_t stage, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_index(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status elements(const TreeCode& code, V& term, const Results<V>& emit);
  template <typename V>
  Status descend(V& in, const Results<V>& emit);
  template <typename V>
  Status all_junction(const TreeCode& code, Frame* frame, std::size_t from, Datum& in, const V& where,
                      const Results<V>& emit);
  Status all_object(const TreeCode& code, Frame* frame, std::size_t from, Datum& in, const Datum& begun,
                    const Results<Datum>& emit);
  Status all_join(const TreeCode& code, Frame* frame, std::size_t left, Datum& in, const Datum& rest,
                  const Results<Datum>& emit);
  Status all_native(const TreeCode& code, Frame* frame, std::size_t left, std::span<Datum> args, Datum& in,
                    const Results<Datum>& emit);
  Status all_chain(const TreeCode& code, Frame* frame, std::size_t left, std::vector<Datum>& values,
                   Datum& in, const Results<Datum>& emit);
  template <typename V>
  Status all_alternative(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_try(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_fold(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status fold_from(const TreeCode& code, Frame* frame, V& in, V& start, const Results<V>& emit);
  template <typename V>
  Status all_bind(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  Status take_apart(const std::vector<Pattern>& patterns, Frame* frame, const Datum& value, Datum& in,
                    const Results<Datum>& done);
  Status take_apart(const Pattern& pattern, std::size_t from, Frame* frame, const Datum& value, Datum& in,
                    const Results<Datum>& done);
  Status all_range(const TreeCode& code, Frame* frame, Datum& in, const Results<Datum>& emit);
  Status not_counted(Datum& count);
  template <typename V>
  Status all_limit(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_until(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_while(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_recurse_by(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);
  template <typename V>
  Status all_get_path(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit);

  // ---- paths and assignments
  bool intact(const Datum&, std::string_view, const Datum*) { return true; }
  bool intact(const Traced& term, std::string_view doing, const Datum* key);
  Status paths_of(const TreeCode& target, Frame* frame, const Datum& in, const Results<Datum>& emit);
  Status inner_paths(const Datum& value, const Datum& path, const Results<Datum>& emit);
  static bool plain_target(const TreeCode& code);
  Change change(const TreeCode& target, Frame* frame, Datum& at, const Update& update);
  Change change_at(const TreeCode& code, Frame* frame, Datum& in, const Update& update);
  Change change_key(Datum& in, const Datum& key, bool optional, const Update& update);
  Change change_along(Datum& in, std::span<const Datum> path, const Update& update);
  Change change_elements(const TreeCode& code, Datum& in, const Update& update);
  Change change_stages(const TreeCode& pipe, std::size_t from, Frame* frame, Datum& at, const Update& update);
  Change removed_at(Datum& in, const Datum& key);
  static bool few_paths(const TreeCode& target, const Frame* frame);
  Got modify_few(const TreeCode& target, Frame* frame, Datum in, Datum& out, const Update& update);
  Got modify(const TreeCode& target, Frame* frame, Datum in, Datum& out, const Update& update);
  Status all_assign(const TreeCode& code, Frame* frame, Datum& in, const Results<Datum>& emit);
  Got one_update(const TreeCode& code, Frame* frame, Datum& in, Datum& out);
  Got one_delete(const TreeCode& code, Frame* frame, Datum& in, Datum& out);

  // ---- limits
  void step() { natives_.step(); }
  void guard_stack() const {
    if (static_cast<const char*>(__builtin_frame_address(0)) < stack_end_) {
      throw LimitReached{Failure::What::call_depth};
    }
  }
  static bool single(const TreeCode& code, const Frame* frame) {
    return !code.many && (!code.dynamic || frame->single);
  }

  const TreeProgram& program_;
  const Limits limits_;
  Natives natives_;
  std::vector<Datum> constants_;
  Datum members_[kMembers];
  bool binary_key_ = false;
  std::int64_t labels_ = 0;    // numbers given to labels so far
  std::int64_t breaking_ = 0;  // the label that a break is on its way to
  const char* stack_end_ = nullptr;
  Failure::What limit_ = Failure::What::none;
};

}  // namespace weir::expr
