// What --state, --state-interval and --max-state are to a tool with state:
//
//   cli::StateKeeper keeper(options.state, {.inputs = names, .meanings = {{"--tumbling", "10s"}, ...}}, options.input, io);
//   ops::TumblingWindow window(..., keeper.store());     // Buckets and Parts register with the store
//   cli::BadEvents bad(...);                             // behind the keeper, which cuts its file back
//   const auto source = cli::open_source(keeper.input(options.input), bad.errors(), io);
//   return cli::run(*source, keeper.chain({&window}), *sink, bad, options.output, io, sides,
//                   [&](stream::RunSettings& settings) { keeper.begin(settings); });
//
// Without --state nothing is saved, and the store's entries go to a folder in $TMPDIR when memory is short.
// Saved     entries and parts, where the inputs stand, how long output files are: in one step, with what made them.
// Resumed   files that were written to are cut back by the constructor; the input begins where it stood; begin() loads
//           the rest.
// Errors    Error(Kind::usage) where this run is not the one that the state is of; Error(Kind::io) as state::Store.
// Threads   the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/input_flags.h"
#include "cli/io.h"
#include "cli/saved_inputs.h"
#include "cli/saved_outputs.h"
#include "cli/seen_offsets.h"
#include "cli/state_flags.h"
#include "state/header.h"
#include "state/state_folder.h"
#include "state/store.h"
#include "stream/run.h"
#include "stream/saves.h"
#include "stream/stage.h"

namespace weir::cli {

class StateKeeper final : public stream::Saves {
 public:
  struct Setup {
    std::vector<std::string> inputs;        // as open_source or open_merged gets them; empty: stdin
    std::vector<state::Meaning> meanings;   // the flags that decide results; -J need not be named
    std::vector<std::string> outputs = {};  // FILEs that are appended to, beside stdout and --dead-letter
    // The end of a FILE or a pipe closes what is open, and nothing can follow it; else it is as that of a topic.
    bool ends_close = true;
    // A topic that is read before the others, from which they need not wait for more when it has come to its end.
    std::optional<std::uint32_t> read_first = {};
  };
  // Throws Error(Kind::usage) for -g: the state holds the position.
  StateKeeper(const StateFlags& flags, Setup setup, const InputFlags& input, Io& io);

  state::Store& store() { return *store_; }
  bool saves() const { return folder_.has_value(); }
  bool resumed() const { return resumed_; }  // there is an earlier run to go on from
  bool stdout_goes_on() const { return outputs_ && outputs_->stdout_goes_on(); }  // a file that has its rows
  // The same, to begin where the state stands.
  InputFlags input(InputFlags flags);
  // The same, behind what leaves out the lines that an earlier run has seen.
  std::vector<stream::Operator*> chain(std::vector<stream::Operator*> operators);
  // Everything has registered with the store: loads what was saved, and has the run save.
  void begin(stream::RunSettings& settings);

  // stream::Saves
  void on_read(const stream::Batch& batch) override;
  void save(Moment moment) override;
  Moment at_end() const override;
  bool suspends_at_end_of(std::uint32_t input) const override;

 private:
  // Whether the inputs have been read to their ends and everything was emitted.
  struct Ending final : state::Part {
    bool drained = false;
    void save(state::Writer& to) const override { to.flag(drained); }
    void load(state::Reader& from) override { drained = from.flag(); }
  };

  const std::chrono::nanoseconds interval_;
  const bool ends_close_;
  const std::optional<std::uint32_t> read_first_;
  std::optional<state::StateFolder> folder_;
  std::unique_ptr<state::Store> store_;
  std::optional<state::Header> header_;
  std::optional<SavedInputs> inputs_;
  std::optional<SavedOutputs> outputs_;
  std::optional<SeenOffsets> seen_;
  Ending ending_;
  bool resumed_ = false;
};

}  // namespace weir::cli
