#include "cli/sequence_source.h"

#include <doctest/doctest.h>

namespace {

using namespace weir;
using stream::Pull;

constexpr std::uint64_t kGone = UINT64_MAX;

// Hands out so many tickets, one a batch, then ends; notes what was committed, and that
// it is gone.
struct Counted : stream::Source {
  Counted(std::uint64_t tickets, std::vector<std::uint64_t>& to) : left(tickets), committed(to) {}
  Pull next(stream::Batch& batch) override {
    batch.clear();
    if (left == 0) return Pull::end;
    --left;
    batch.ticket.value = ++handed_out;
    return Pull::batch;
  }
  ~Counted() override { committed.push_back(kGone); }
  int wait_fd() const override { return -1; }
  void commit(stream::Ticket ticket) override { committed.push_back(ticket.value); }
  bool drain() override { return true; }
  Meter meter() const override { return {handed_out * 10, 100}; }

  std::uint64_t left;
  std::uint64_t handed_out = 0;
  std::vector<std::uint64_t>& committed;
};

struct Parts {
  std::vector<std::uint64_t> committed[3];
  cli::SequenceSource source() {
    std::vector<std::unique_ptr<stream::Source>> parts;
    parts.push_back(std::make_unique<Counted>(2, committed[0]));
    parts.push_back(std::make_unique<Counted>(0, committed[1]));
    parts.push_back(std::make_unique<Counted>(3, committed[2]));
    return cli::SequenceSource(std::move(parts));
  }
};

TEST_CASE("sources follow one another, and their tickets count on") {
  Parts parts;
  cli::SequenceSource source = parts.source();
  stream::Batch batch;
  for (std::uint64_t expected = 1; expected <= 5; ++expected) {
    REQUIRE(source.next(batch) == Pull::batch);
    CHECK(batch.ticket.value == expected);
  }
  CHECK(source.next(batch) == Pull::end);
}

TEST_CASE("a commit reaches each source in its own count") {
  Parts parts;
  cli::SequenceSource source = parts.source();
  stream::Batch batch;
  source.next(batch);
  source.commit({1});
  CHECK(parts.committed[0] == std::vector<std::uint64_t>{1});
  while (source.next(batch) == Pull::batch) {
  }
  source.commit({2});
  CHECK(parts.committed[0].back() == 2);
  CHECK(parts.committed[2].empty());
  source.commit({4});
  CHECK(parts.committed[2] == std::vector<std::uint64_t>{2});
  CHECK(parts.committed[1].empty());
}

TEST_CASE(
    "sizes add up as long as each is known, and draining begins nothing more, and drops nothing either") {
  Parts parts;
  cli::SequenceSource source = parts.source();
  stream::Batch batch;
  source.next(batch);
  CHECK(source.meter().bytes == 10);
  CHECK(source.meter().size == 300);
  CHECK(source.drain());
  CHECK(source.next(batch) == Pull::batch);
  CHECK(source.next(batch) == Pull::end);
  CHECK(source.next(batch) == Pull::end);
  CHECK(parts.committed[2].empty());  // whoever opened it may still have something to tell it
}

}  // namespace
