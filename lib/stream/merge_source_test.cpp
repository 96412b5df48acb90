#include "stream/merge_source.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "stream/stream_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;
using namespace std::chrono_literals;

struct Row {
  std::int64_t ts;
  std::string value;
};

// A partition: batches of records with times.
class Partition final : public Source {
 public:
  Partition(std::string topic, std::vector<std::vector<Row>> batches)
      : input_{.name = "topic:" + topic, .topics = {topic}} {
    for (const auto& rows : batches) add(rows);
  }
  void add(const std::vector<Row>& rows) {
    Strings values;
    for (const Row& row : rows) values.push_back(row.value);
    Batch batch = batch_of(++tickets_, values);
    batch.form = Batch::Form::records;
    batch.input = &input_;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      record::Record record;
      record.ts = {rows[i].ts};
      record.value = record::Bytes(batch.lines[i].view());
      batch.records.push_back(record);
      batch.origins.push_back({.offset = {offset_++}, .partition = {0}, .topic = 0});
    }
    queue_.push_back(std::move(batch));
  }

  Pull next(Batch& batch) override {
    ++asked;
    batch.clear();
    if (queue_.empty()) return follows ? Pull::would_block : Pull::end;
    batch = std::move(queue_.front());
    queue_.pop_front();
    return Pull::batch;
  }
  int wait_fd() const override { return -1; }
  bool behind() const override { return is_behind; }
  void commit(Ticket ticket) override { commits.push_back(ticket.value); }

  bool follows = false;
  bool is_behind = false;
  int asked = 0;
  std::vector<std::uint64_t> commits;

 private:
  Input input_;
  std::deque<Batch> queue_;
  std::uint64_t tickets_ = 0;
  std::int64_t offset_ = 0;
};

struct Bench {
  FakeClock clock;
  MergeSource::Options options{.order = MergeSource::Order::time, .merge_wait = 0ns, .clock = nullptr};
  std::vector<std::unique_ptr<Source>> inputs;

  Bench() { options.clock = &clock; }
  Partition& add(std::string topic, std::vector<std::vector<Row>> batches) {
    inputs.push_back(std::make_unique<Partition>(std::move(topic), std::move(batches)));
    return static_cast<Partition&>(*inputs.back());
  }
  MergeSource source() { return {std::move(inputs), options}; }
};

Strings pull(Source& source, Pull* last = nullptr) {
  Strings all;
  Batch batch;
  Pull pulled;
  while ((pulled = source.next(batch)) == Pull::batch) {
    REQUIRE(batch.records.size() == batch.lines.size());
    REQUIRE(batch.origins.size() == batch.lines.size());
    for (std::size_t i = 0; i < batch.lines.size(); ++i) {
      CHECK(batch.lines[i].index == i);
      CHECK(batch.records[i].value.view() == batch.lines[i].view());
    }
    all += rows(batch);
  }
  if (last != nullptr) *last = pulled;
  return all;
}

TEST_CASE("records come by time, of equal times those of the lower input first") {
  Bench bench;
  bench.add("a", {{{1, "a1"}, {3, "a3"}}, {{5, "a5"}, {5, "a5'"}}});
  bench.add("b", {{{2, "b2"}, {3, "b3"}, {5, "b5"}, {9, "b9"}}});
  MergeSource source = bench.source();
  Pull last;
  CHECK(pull(source, &last) == Strings{"a1", "b2", "a3", "b3", "a5", "a5'", "b5", "b9"});
  CHECK(last == Pull::end);
}

TEST_CASE("the order inside one input stays, although a record in it is out of order") {
  Bench bench;
  bench.add("a", {{{10, "a10"}, {1, "a1"}, {20, "a20"}}});
  bench.add("b", {{{5, "b5"}, {15, "b15"}}});
  MergeSource source = bench.source();
  CHECK(pull(source) == Strings{"b5", "a10", "a1", "b15", "a20"});
}

TEST_CASE("records without a time go as soon as they are at the head") {
  Bench bench;
  bench.add("a", {{{-100, "a"}, {50, "a50"}}});
  bench.add("b", {{{-1, "none"}, {-1, "none'"}, {60, "b60"}}});
  MergeSource source = bench.source();
  CHECK(pull(source) == Strings{"none", "none'", "a", "a50", "b60"});
}

TEST_CASE("random inputs merge as a stable sort of the whole would, when each is in order") {
  std::uint32_t seed = 1;
  const auto random = [&](std::uint32_t below) { return (seed = seed * 1664525 + 1013904223) % below; };
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    Bench bench;
    std::vector<Row> expected;
    const std::uint32_t inputs = 1 + random(5);
    for (std::uint32_t input = 0; input < inputs; ++input) {
      std::vector<std::vector<Row>> batches;
      std::int64_t ts = 0;
      for (std::uint32_t b = random(6); b > 0; --b) {
        batches.emplace_back();
        for (std::uint32_t r = random(8); r > 0; --r) {
          ts += random(3);
          batches.back().push_back(
              {ts, std::to_string(expected.size()).append(" of input ").append(std::to_string(input))});
          expected.push_back(batches.back().back());
        }
      }
      bench.add(std::to_string(input), batches);
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const Row& a, const Row& b) { return a.ts < b.ts; });
    Strings values;
    for (const Row& row : expected) values.push_back(row.value);
    MergeSource source = bench.source();
    CHECK(pull(source) == values);
  }
}

TEST_CASE("an input is committed only when all of its batch has gone downstream") {
  Bench bench;
  Partition& a = bench.add("a", {{{1, "a1"}}, {{4, "a4"}}});
  Partition& b = bench.add("b", {{{2, "b2"}, {100, "b100"}}});
  a.follows = b.follows = true;
  MergeSource source = bench.source();
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"a1", "b2", "a4", "b100"});
  source.commit({0});
  CHECK(a.commits.empty());
  source.commit(batch.ticket);
  CHECK(a.commits == std::vector<std::uint64_t>{1, 2});
  CHECK(b.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("a batch that was cut in two is committed with its second part") {
  Bench bench;
  std::vector<Row> many;
  for (int i = 0; i < 10'000; ++i) many.push_back({i, "x"});
  Partition& a = bench.add("a", {many});
  bench.add("b", {{{20'000, "last"}}});
  MergeSource source = bench.source();
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(batch.lines.size() == 8192);
  source.commit(batch.ticket);
  CHECK(a.commits.empty());
  REQUIRE(source.next(batch) == Pull::batch);
  source.commit(batch.ticket);
  CHECK(a.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("topics of all inputs are numbered together") {
  Bench bench;
  bench.add("a", {{{1, "a1"}, {3, "a3"}}});
  bench.add("b", {{{2, "b2"}}});
  bench.add("a", {{{4, "a4"}}});
  MergeSource source = bench.source();
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  Strings topics;
  for (const Origin& origin : batch.origins) topics.push_back(batch.input->topics.at(origin.topic));
  CHECK(topics == Strings{"a", "b", "a", "a"});
  CHECK(batch.input->topics == Strings{"a", "b"});
}

TEST_CASE("an input that has nothing now does not hold the others back") {
  Bench bench;
  Partition& dry = bench.add("a", {});
  dry.follows = true;
  bench.add("b", {{{2, "b2"}}, {{3, "b3"}}});
  MergeSource source = bench.source();
  Pull last;
  CHECK(pull(source, &last) == Strings{"b2", "b3"});
  CHECK(last == Pull::would_block);
  dry.add({{1, "a1"}});
  CHECK(pull(source) == Strings{"a1"});
}

TEST_CASE("with merge_wait it does, for just that long") {
  Bench bench;
  bench.options.merge_wait = 10ms;
  Partition& dry = bench.add("a", {{{1, "a1"}}});
  Partition& other = bench.add("b", {{{2, "b2"}}, {{3, "b3"}}});
  dry.follows = other.follows = true;
  // Descriptors decide when an input is asked again, so this one is never asked by itself.
  MergeSource source = bench.source();
  Pull last;
  CHECK(pull(source, &last) == Strings{"a1"});
  CHECK(last == Pull::would_block);
  SUBCASE("it comes up with an earlier record in time") {
    bench.clock.now += 5ms;
    dry.add({{2, "a2"}});
    CHECK(pull(source) == Strings{"a2"});
  }
}

TEST_CASE("by arrival every input has its turn and nothing is compared") {
  Bench bench;
  bench.options.order = MergeSource::Order::arrival;
  bench.add("a", {{{5, "a5"}}, {{6, "a6"}}});
  bench.add("b", {{{1, "b1"}}});
  MergeSource source = bench.source();
  Strings all = pull(source);
  CHECK(all.size() == 3);
  CHECK(std::is_permutation(all.begin(), all.end(), Strings{"a5", "a6", "b1"}.begin()));
}

TEST_CASE("an input that comes later has the place in ties that its rank says") {
  Bench bench;
  auto late =
      std::make_unique<Partition>("a", std::vector<std::vector<Row>>{{{1, "a1"}, {2, "a2"}, {3, "a3"}}});
  MergeSource source({}, bench.options);
  source.add(std::make_unique<Partition>("b", std::vector<std::vector<Row>>{{{1, "b1"}, {2, "b2"}}}), 20);
  source.add(std::move(late), 10);
  CHECK(pull(source) == Strings{"a1", "b1", "a2", "b2", "a3"});
}

TEST_CASE("an empty merge ends") {
  Bench bench;
  bench.add("a", {});
  MergeSource source = bench.source();
  Pull last;
  CHECK(pull(source, &last).empty());
  CHECK(last == Pull::end);
}

TEST_CASE("an input that is behind holds the others back until its records are here") {
  Bench bench;
  bench.add("a", {{{5, "a5"}}});
  Partition& slow = bench.add("b", {});
  slow.follows = slow.is_behind = true;
  MergeSource source = bench.source();
  Pull last;
  CHECK(pull(source, &last).empty());
  CHECK(last == Pull::would_block);
  slow.add({{1, "b1"}});
  CHECK(pull(source) == Strings{"b1"});
  slow.is_behind = false;
  CHECK(pull(source) == Strings{"a5"});
}

TEST_CASE("an input that is removed hands out no more, and its place is given to the next") {
  Bench bench;
  bench.add("a", {{{1, "a1"}, {9, "a9"}}});
  Partition& leaving = bench.add("b", {{{2, "b2"}, {10, "b10"}}, {{11, "b11"}}});
  Partition& staying = bench.add("c", {{{3, "c3"}}});
  staying.follows = true;
  MergeSource source = bench.source();
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"a1", "b2", "c3", "a9", "b10", "b11"});
  source.remove(&leaving);
  source.commit(batch.ticket);
  CHECK(staying.commits == std::vector<std::uint64_t>{1});
  auto fourth = std::make_unique<Partition>("d", std::vector<std::vector<Row>>{{{4, "d4"}}, {{5, "d5"}}});
  Partition& joined = *fourth;
  source.add(std::move(fourth), 7);
  CHECK(pull(source) == Strings{"d4", "d5"});
  CHECK(joined.asked > 0);
}

TEST_CASE("what an input has read and the merge has not handed out is told") {
  Bench bench;
  Partition& early = bench.add("a", {std::vector<Row>(10'000, Row{1, "a"})});
  Partition& late = bench.add("b", {{{2, "b"}, {3, "b"}}});
  MergeSource source = bench.source();
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(source.first_held(&late) == base::Offset{0});
  CHECK(source.first_held(&early) == base::Offset{static_cast<std::int64_t>(batch.lines.size())});
  while (source.next(batch) == Pull::batch) {
  }
  CHECK(!source.first_held(&late));
  CHECK(!source.first_held(&early));
}

}  // namespace
}  // namespace weir::stream
