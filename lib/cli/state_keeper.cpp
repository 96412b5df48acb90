#include "cli/state_keeper.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

state::Store::Settings store_settings(const StateFlags& flags, Io& io) {
  state::Store::Settings settings;
  settings.memory_max = flags.memory_max.bytes;
  const std::string temporary = io.env("TMPDIR");
  settings.open_spill = [folder = temporary.empty() ? std::string("/tmp") : temporary] {
    return state::open_spill(folder);
  };
  return settings;
}

// As it is called without the dispatcher.
std::string bare(const std::string& tool) {
  return tool.substr(tool.rfind(' ') + 1);
}

// What a bucket gives back when it goes, the next one takes. Given to the kernel in between, every page of it would come
// back zeroed, by a fault of its own.
void keep_freed_memory() {
  constexpr int kMost = 32 << 20;  // what malloc takes for the second at most
  (void)::mallopt(M_TRIM_THRESHOLD, 2 * kMost);
  (void)::mallopt(M_MMAP_THRESHOLD, kMost);
  (void)::mallopt(M_TOP_PAD, 1 << 20);
}

}  // namespace

StateKeeper::StateKeeper(const StateFlags& flags, Setup setup, const InputFlags& input, Io& io)
    : interval_(flags.every()), ends_close_(setup.ends_close), read_first_(setup.read_first) {
  keep_freed_memory();
  if (!input.group.empty()) {
    throw Error(Kind::usage,
                "--group has no meaning here: what is open and where the input stands belong together")
        .hint("--state DIR keeps both")
        .code("flags_exclude");
  }
  if (flags.directory.empty()) {
    store_ = std::make_unique<state::Store>(store_settings(flags, io));
    return;
  }
  const std::string& directory = flags.directory;
  if (setup.inputs.empty()) setup.inputs = {"-"};
  inputs_.emplace(setup.inputs, input.envelope, io);
  folder_.emplace(state::StateFolder::open(io.sys, directory, bare(io.tool)));
  store_ = std::make_unique<state::Store>(store_settings(flags, io), folder_->open_backing());

  setup.meanings.emplace_back("-J", input.envelope ? "given" : "");
  header_.emplace(bare(io.tool), std::move(setup.meanings));
  if (input.errors.policy == stream::Errors::Policy::dead_letter &&
      !input.errors.dead_letter.starts_with("topic:")) {
    setup.outputs.push_back(input.errors.dead_letter);
  }
  outputs_.emplace(setup.outputs, io);
  const std::vector<bool> pipes = inputs_->pipes();
  if (std::find(pipes.begin(), pipes.end(), true) != pipes.end()) seen_.emplace(pipes);

  resumed_ = store_->peek("header", *header_);
  if (!resumed_ && folder_->had_save())
    state::fail_damaged("what was saved in " + directory + " is not there");
  if (resumed_) {
    header_->check(directory);
    const bool whole = store_->peek("ending", ending_) && store_->peek("inputs", *inputs_) &&
                       store_->peek("outputs", *outputs_);
    if (!whole) state::fail_damaged("a part of it is missing");
    inputs_->check(directory, ending_.drained);
    if (seen_ && ending_.drained) seen_->expect_none(directory);
    outputs_->cut_back(directory);
  }
  store_->keep("header", *header_);
  store_->keep("ending", ending_);
  store_->keep("inputs", *inputs_);
  store_->keep("outputs", *outputs_);
  if (seen_) store_->keep("seen", *seen_);
}

InputFlags StateKeeper::input(InputFlags flags) {
  if (inputs_) flags.saved = &*inputs_;
  return flags;
}

std::vector<stream::Operator*> StateKeeper::chain(std::vector<stream::Operator*> operators) {
  if (seen_) operators.insert(operators.begin(), &*seen_);
  return operators;
}

void StateKeeper::begin(stream::RunSettings& settings) {
  if (!saves()) return;
  store_->resume();
  // So that a run that is killed before its first save finds how long its output was, and begins anew.
  if (!resumed_) {
    store_->save();
    folder_->note_save();
  }
  settings.saves = this;
  settings.save_every = interval_;
}

void StateKeeper::on_read(const stream::Batch& batch) {
  inputs_->on_read(batch);
}

void StateKeeper::save(Moment moment) {
  if (moment == Moment::drained) ending_.drained = true;
  store_->save();
}

// What is drained already has nothing more to emit.
stream::Saves::Moment StateKeeper::at_end() const {
  return !ends_close_ || ending_.drained || inputs_->any_topic() ? Moment::suspended : Moment::drained;
}

bool StateKeeper::suspends_at_end_of(std::uint32_t input) const {
  return inputs_->is_topic(input) && input != read_first_;
}

}  // namespace weir::cli
