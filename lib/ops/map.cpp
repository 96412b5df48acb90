#include "ops/map.h"

#include <cstring>
#include <utility>

#include "json/canonical.h"
#include "json/error.h"
#include "json/text.h"
#include "ops/envelope_of.h"
#include "stream/errors.h"
#include "stream/line_source.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;

// What results take together, in multiples of the longest one; each counts for so much beyond its text.
constexpr std::size_t kEventFactor = 8;
constexpr std::size_t kResultOverhead = 32;
// Rows are handed on when they are so many bytes, or when their batch is through.
constexpr std::size_t kPieceBytes = stream::kBlockBytes;
// What one long event needed is not kept for the next.
constexpr std::size_t kKeptBytes = 1u << 20;

}  // namespace

Map::Map(const expr::Program& program, const Settings& settings, std::unique_ptr<EnvelopeRest> rest)
    : settings_(settings),
      program_(program),
      evaluator_(program, settings.evaluator),
      rest_(std::move(rest)) {}

stream::Flow Map::on_batch(stream::Batch& batch, stream::Context& context) {
  begin(batch);
  const auto enough = [&] { return settings_.limit && results_ >= *settings_.limit; };
  bool ended = enough();
  if (ended && !batch.lines.empty()) context.unread_from = batch.lines.front().index;
  for (std::size_t row = 0; row < batch.lines.size() && !ended; ++row) {
    if (make(batch, row)) {
      ended = enough();
      // A group's next run begins with an event of which there are more results, rather than losing them.
      if (ended) context.unread_from = batch.lines[row].index + 1;
      context.last_in_part = more_results_;
    } else {
      ended = !context.errors.bad(batch, row, *fault_);
    }
    if (made_bytes_ >= kPieceBytes && hand_on(context) == stream::Flow::stop) ended = true;
  }
  batch.form = made_.form;
  batch.fanned_out = made_.fanned_out;
  batch.lines.swap(made_.lines);
  batch.blocks.swap(made_.blocks);
  batch.records.clear();
  batch.origins.clear();
  batch.first_data = nullptr;
  made_.clear();  // the blocks that were read are free again
  return ended ? stream::Flow::stop : stream::Flow::more;
}

void Map::begin(const stream::Batch& batch) {
  made_.clear();
  made_.form = program_.envelope() ? Form::envelopes : Form::lines;
  made_.input = batch.input;
  made_.first_line = batch.first_line;
  made_bytes_ = 0;
  arena_.begin(made_);
}

stream::Flow Map::hand_on(stream::Context& context) {
  const stream::Flow flow = context.out.write(made_);
  made_.lines.clear();
  made_.blocks.clear();
  made_bytes_ = 0;
  arena_.begin(made_);
  return flow;
}

// ---- one event

// False: it is bad, fault_ says why, and nothing was put.
bool Map::make(const stream::Batch& batch, std::size_t row) {
  if (text_.capacity() > kKeptBytes) text_ = {};
  if (ends_.capacity() > kKeptBytes / sizeof ends_[0]) ends_ = {};
  text_.clear();
  ends_.clear();
  fault_.reset();
  more_results_ = false;
  switch (evaluate(batch, row)) {
    case expr::Verdict::bad:
      if (!fault_) fault_ = evaluator_.fault();
      return false;
    case expr::Verdict::tombstone:
      if (program_.envelope()) pass_on(batch, row);
      return true;
    case expr::Verdict::blank:
    case expr::Verdict::no:
      return true;
    case expr::Verdict::yes:
      break;
  }
  if (fault_) return false;
  const bool put = program_.envelope() ? put_envelopes(batch, row) : put_lines(batch.lines[row].index);
  if (put) results_ += ends_.size();
  return put;
}

expr::Verdict Map::evaluate(const stream::Batch& batch, std::size_t row) {
  const auto emit = [this](const expr::Value& value) { return take(value); };
  switch (batch.form) {
    case Form::lines:
      return evaluator_.each(batch.lines[row].view(), emit);
    case Form::envelopes:
      return evaluator_.each_of_envelope(batch.lines[row].view(), emit);
    case Form::records:
      break;
  }
  return evaluator_.each_of_record(envelope_of(batch, row), emit);
}

expr::Status Map::take(const expr::Value& value) {
  if (settings_.limit && ends_.size() >= *settings_.limit - results_) {
    more_results_ = true;
    return expr::Status::stop;
  }
  const std::size_t start = text_.size();
  append(value);
  if (!fits(std::string_view(text_).substr(start))) return expr::Status::stop;
  ends_.push_back(text_.size());
  text_ += '\n';
  return expr::Status::more;
}

void Map::append(const expr::Value& value) {
  if (settings_.raw && value.kind == json::Kind::string) {
    text_ += json::text_of(value, string_);
  } else {
    json::append_compact(text_, value);
  }
}

// May the result, the last of text_, be a row?
bool Map::fits(std::string_view result) {
  if (result.size() > settings_.max_line) {
    return refuse("result_too_long", "a result is longer than --max-line", "allow more: --max-line SIZE");
  }
  if (text_.size() + ends_.size() * kResultOverhead > kEventFactor * settings_.max_line) {
    return refuse("results_too_long", "the results of one event are longer together than 8 times --max-line",
                  "allow more: --max-line SIZE");
  }
  if (program_.envelope()) return true;
  if (stream::is_control(result)) {
    return refuse("value_is_control_line", "a result begins as a control line and cannot be told from one",
                  "name its first member otherwise, or use envelopes: -J");
  }
  if (settings_.raw && std::memchr(result.data(), '\n', result.size()) != nullptr) {
    return refuse("result_has_newline", "a raw string has a newline in it, so it is no line",
                  "leave -r out, or replace it: gsub(\"\\n\"; \" \")");
  }
  return true;
}

bool Map::refuse(std::string_view code, std::string message, std::string hint) {
  fault_ = stream::Fault{.code = code, .message = std::move(message), .column = 0, .hint = std::move(hint)};
  return false;
}

// ---- rows

bool Map::put_lines(std::uint32_t index) {
  char* const copy = arena_.allocate(text_.size());
  std::memcpy(copy, text_.data(), text_.size());
  std::size_t from = 0;
  for (const std::size_t end : ends_) {
    made_.lines.push_back({copy + from, static_cast<std::uint32_t>(end - from), index});
    from = end + 1;
  }
  made_.fanned_out = made_.fanned_out || ends_.size() > 1;
  made_bytes_ += text_.size();
  return true;
}

bool Map::put_envelopes(const stream::Batch& batch, std::size_t row) {
  record::Envelope envelope;
  if (!open_envelope(batch, row, envelope)) return false;
  const std::size_t before = made_.lines.size();
  // The rest of the envelope stands in each of them, so short results can be long envelopes.
  const std::size_t longest = stream::envelope_limit(settings_.max_line);
  std::size_t together = 0;
  std::size_t from = 0;
  for (const std::size_t end : ends_) {
    const std::string_view result = std::string_view(text_).substr(from, end - from);
    envelope.record.value = record::Bytes(result);
    // What is made as JSON need not be looked at again, unless it may be nested too deeply for an envelope.
    envelope.value_is_json = !settings_.raw && result != "null" && result.size() < 2 * json::kMaxDepth;
    envelope_.clear();
    record::encode(envelope, envelope_);
    together += envelope_.size();
    if (envelope_.size() > longest || together > kEventFactor * longest) {
      made_.lines.resize(before);
      return envelope_.size() > longest
                 ? refuse("result_too_long", "the envelope of a result is longer than 6 times --max-line",
                          "allow more: --max-line SIZE")
                 : refuse("results_too_long",
                          "the envelopes of one event's results are longer together than 48 times --max-line",
                          "allow more: --max-line SIZE");
    }
    put_row(envelope_.view(), batch.lines[row].index);
    from = end + 1;
  }
  made_.fanned_out = made_.fanned_out || ends_.size() > 1;
  return true;
}

// The event's envelope, with the rest of it set.
bool Map::open_envelope(const stream::Batch& batch, std::size_t row, record::Envelope& envelope) {
  std::optional<std::string_view> line;
  if (batch.form == Form::records) {
    envelope = envelope_of(batch, row);
  } else {
    line = batch.lines[row].view();
    decoded_.clear();
    const record::EnvelopeFault fault =
        record::decode(*line, decoded_, envelope, evaluator_.known_of_envelope());
    if (fault) {
      fault_ = stream::Fault{
          .code = fault.code, .message = fault.what, .column = fault.at + 1, .hint = std::string(fault.hint)};
      return false;
    }
  }
  if (rest_ == nullptr || rest_->apply(line, envelope)) return true;
  fault_ = rest_->fault();
  return false;
}

void Map::pass_on(const stream::Batch& batch, std::size_t row) {
  if (batch.form == Form::envelopes) return put_row(batch.lines[row].view(), batch.lines[row].index);
  envelope_.clear();
  record::encode(envelope_of(batch, row), envelope_);
  put_row(envelope_.view(), batch.lines[row].index);
}

// A newline behind it, so that rows which follow each other in memory are written with one copy.
void Map::put_row(std::string_view line, std::uint32_t index) {
  char* const copy = arena_.allocate(line.size() + 1);
  std::memcpy(copy, line.data(), line.size());
  copy[line.size()] = '\n';
  made_.lines.push_back({copy, static_cast<std::uint32_t>(line.size()), index});
  made_bytes_ += line.size() + 1;
}

}  // namespace weir::ops
