#include "stream/caught_up.h"

#include <doctest/doctest.h>

#include <vector>

namespace weir::stream {
namespace {

// Answers what it is told to.
class Told final : public Source {
 public:
  std::vector<Pull> answers;
  bool is_behind = false;
  Pull next(Batch& batch) override {
    batch.clear();
    const Pull answer = answers.front();
    answers.erase(answers.begin());
    if (answer == Pull::batch) batch.ticket = {++ticket_};
    return answer;
  }
  int wait_fd() const override { return -1; }
  bool behind() const override { return is_behind; }

 private:
  std::uint64_t ticket_ = 0;
};

TEST_CASE("a source that has nothing more for now is told of once, and not before") {
  auto told = std::make_unique<Told>();
  Told& inner = *told;
  inner.answers = {Pull::would_block, Pull::batch, Pull::would_block,
                   Pull::would_block, Pull::batch, Pull::end};
  inner.is_behind = true;
  CaughtUp source(std::move(told));
  Batch batch;
  CHECK(source.next(batch) == Pull::would_block);
  CHECK(source.next(batch) == Pull::batch);
  CHECK_FALSE(batch.mark);
  inner.is_behind = false;
  CHECK(source.next(batch) == Pull::batch);
  REQUIRE(batch.mark);
  CHECK(is_caught_up(*batch.mark));
  CHECK(batch.lines.empty());
  CHECK(batch.ticket == Ticket{1});
  CHECK(source.next(batch) == Pull::would_block);
  CHECK(source.next(batch) == Pull::batch);
  CHECK_FALSE(batch.mark);
  CHECK(source.next(batch) == Pull::end);
}

}  // namespace
}  // namespace weir::stream
