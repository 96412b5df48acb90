#include "tools/table/run.h"

#include <memory>
#include <vector>

#include "cli/chances.h"
#include "cli/open.h"
#include "cli/state_keeper.h"
#include "json/canonical.h"
#include "json/cursor.h"
#include "json/text.h"
#include "json/validate.h"
#include "ops/envelope_hint.h"
#include "ops/row_time.h"
#include "ops/table.h"
#include "stream/caught_up.h"
#include "tools/table/meanings.h"

namespace weir::table {
namespace {

ops::TableEvents::Settings event_settings(const Options& options, const expr::Setup& setup, cli::Io& io) {
  ops::TableEvents::Settings settings;
  settings.key = options.key;
  settings.delete_when = options.delete_when;
  settings.setup = setup;
  settings.evaluator = cli::evaluator_settings(options.expression, options.input.zone);
  if (!options.has_times()) return settings;
  ops::EventTimes::Settings& times = settings.times.emplace();
  times.ts = options.time.ts;
  times.arrival = options.time.arrival;
  times.envelope = options.input.envelope;
  times.zone = options.input.zone.zone;
  times.max_ahead_ms = cli::milliseconds(options.time.max_ahead);
  times.notice = [&io](const std::string& text) { io.notice(text); };
  return settings;
}

ops::RowFields::Settings row_settings(const Options& options, const expr::Setup& setup, ops::KeyForm keys) {
  ops::RowFields::Settings settings;
  settings.where = options.where;
  settings.keys = keys;
  for (const expr::Named& group : options.groups) settings.groups.push_back({group.name, group.expression});
  settings.aggregates = options.aggregates;
  settings.setup = setup;
  settings.evaluator = cli::evaluator_settings(options.expression, options.input.zone);
  return settings;
}

// KEY as a string comes before what it is as JSON: 7 is the text "7", else the number.
std::vector<std::string> keys_of(const std::string& key, ops::KeyForm form) {
  if (form == ops::KeyForm::bytes) return {key};
  std::vector<std::string> keys(1);
  json::append_quoted(keys.front(), key);
  if (json::valid(key)) json::append_canonical(keys.emplace_back(), json::parse_value(key));
  return keys;
}

ops::Table::Settings table_settings(const Options& options, ops::KeyForm keys, bool rows_again) {
  using Show = ops::Table::Show;
  ops::Table::Settings settings;
  settings.show = options.changes ? Show::changes : options.input.follow ? Show::followed : Show::rows;
  settings.only_changed = options.only_changed;
  settings.patch = options.patch;
  settings.versioned = options.time.ts.has_value();
  if (options.ttl) settings.ttl = cli::whole_milliseconds("--ttl", *options.ttl);
  if (options.get) settings.get = keys_of(*options.get, keys);
  if (options.time.watermarks) settings.wm_step = cli::milliseconds(options.time.wm_step);
  settings.row_bytes_max = options.input.max_line.bytes;
  settings.rows_again = rows_again;
  return settings;
}

std::unique_ptr<stream::Source> open(const Options& options, cli::InputFlags input, ops::RowTime& times,
                                     stream::Errors& errors, cli::Io& io) {
  input.record_times = true;
  if (input.inputs.empty()) input.inputs = {"-"};
  std::unique_ptr<stream::Source> source;
  if (options.bare_lines() && !options.time.ts) {
    source = cli::open_source(input, errors, io);  // nothing to merge by
  } else {
    std::vector<cli::MergeInput> inputs;
    for (const std::string& name : input.inputs) inputs.push_back({name, &times});
    source = cli::open_merged(input, inputs, options.merge, options.time.idle, errors, io);
  }
  if (!input.follow || options.changes) return source;
  return std::make_unique<stream::CaughtUp>(std::move(source));
}

void explain(const ops::TableEvents& events, const ops::RowFields& fields, cli::Io& io) {
  for (const expr::Fields* all : {&events.fields(), &fields.fields()}) {
    for (std::size_t i = 0; i < all->size(); ++i) cli::explain(all->field(i).flag, all->program(i), io);
  }
  io.put_out(fields.grouped() ? "state: every key, with its row and about 220 bytes beside that; every "
                                "group, with its aggregates\n"
                              : "state: every key, with its row and about 220 bytes beside that\n");
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  const expr::Setup setup = cli::setup_of(options.expression, options.input.envelope);
  ops::TableEvents events(event_settings(options, setup, io));
  const ops::KeyForm keys = events.key_form();
  ops::RowFields fields(row_settings(options, setup, keys));
  ops::RowFields fields_before(row_settings(options, setup, keys));
  if (options.expression.explain) return explain(events, fields, io), base::ExitCode::ok;

  // An end of its one input closes nothing: more of it makes another table. Of several, the others have gone on without.
  const bool one_input = options.input.inputs.size() <= 1;
  cli::StateKeeper keeper(
      options.state,
      {.inputs = options.input.inputs, .meanings = meanings(options), .ends_close = !one_input},
      options.input, io);
  state::Store& store = keeper.store();
  ops::EventClock clock({.inputs = std::max<std::size_t>(options.input.inputs.size(), 1),
                         .bound_ms = cli::milliseconds(options.time.bound),
                         .idle_ms = cli::milliseconds(options.time.idle)});
  std::optional<ops::TableGroups> groups;
  if (fields.grouped()) groups.emplace(fields_before, store);
  const ops::KeyForm shown = fields.grouped() ? ops::KeyForm::canonical : keys;
  ops::TableOutput output(shown, options.input.envelope);
  ops::Table table(events, fields, groups ? &*groups : nullptr, output,
                   options.has_clock() ? &clock : nullptr, store,
                   table_settings(options, shown, keeper.resumed() && !keeper.stdout_goes_on()));
  store.keep("table", table);

  ops::EnvelopeHint hint(
      [&io] { io.notice("hint: the first line looks like an envelope; -J looks inside"); });
  cli::BadEvents bad(options.input.errors, options.input.bus, options.input.inputs, io);
  ops::RowTime times("--ts", options.time.ts, setup,
                     cli::evaluator_settings(options.expression, options.input.zone),
                     options.input.zone.zone);
  const auto source = open(options, keeper.input(options.input), times, bad.errors(), io);
  const auto sink = cli::open_sink(options.output, io);
  const base::ExitCode code = cli::run(
      *source, keeper.chain({&hint, &table}), *sink, bad, options.output, io, {},
      [&](stream::RunSettings& run) {
        run.operator_tick = cli::idle_tick(options.time);
        run.stamp = options.time.arrival || options.time.max_ahead;
        keeper.begin(run);
      },
      [&](stream::Chances& to) {
        cli::tell_chances(*source, options.merge, options.time, to);
        table.tell_chances(to);
      });
  if (groups && groups->beyond_doubles() > 0) {
    io.warn("rows with null for a result that is larger than any number that can be written: " +
            std::to_string(groups->beyond_doubles()));
  }
  return code == base::ExitCode::ok && options.get && !table.found() ? base::ExitCode::no : code;
}

}  // namespace weir::table
