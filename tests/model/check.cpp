// check [--cases N] [--seed N] KIND...: random cases of each kind on the tool and on the model. Case number i of a kind has
// seed N + i, so that `--cases 1 --seed S` is one case again; every fiftieth is trickled, one has no
// memory for state, and up to two are stopped half way and go on from --state. What differs is made small and
// printed as a command line.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "model/aggregate_check.h"
#include "model/case.h"
#include "model/compare.h"
#include "support/tally.h"

namespace {

using namespace weir::model;

std::string difference_of(const Case& one, Feed feed) {
  try {
    return difference(run_tool(tool_of(one), flags_of(one), inputs_of(one), feed), wanted(one));
  } catch (const std::exception& error) {
    return std::string("thrown: ") + error.what() + "\n";
  }
}

// Takes away what it can as long as the two still differ.
Case shrunk(Case one, Feed feed) {
  for (bool again = true; again;) {
    again = false;
    for (Case& less : smaller(one)) {
      if (difference_of(less, feed).empty()) continue;
      one = std::move(less);
      again = true;
      break;
    }
  }
  return one;
}

constexpr int kShown = 3;  // of what differs

void report(const std::string& kind, std::uint64_t first_seed, std::uint64_t cases, std::uint64_t failed,
            const std::string& more = {}) {
  weir::testing::counted("model: " + kind + " from seed " + std::to_string(first_seed), cases, failed, more);
  weir::testing::tally(failed == 0 ? weir::testing::Outcome::passed : weir::testing::Outcome::failed, 0,
                       kind + " as the model has it");
}

bool aggregates_hold(std::uint64_t first_seed, std::uint64_t cases) {
  std::uint64_t failed = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + cases; ++seed) {
    const std::string said = aggregates_difference(seed);
    if (said.empty() || ++failed > kShown) continue;
    std::printf("aggregates, seed %llu:\n%s\n", static_cast<unsigned long long>(seed), said.c_str());
  }
  report("aggregates", first_seed, cases, failed);
  return failed == 0;
}

Feed feed_of(const Case& one, std::uint64_t seed) {
  switch (seed % 50) {
    case 0:
      return Feed::trickled;
    case 1:
      return Feed::spilled;
    case 2:
    case 3:
      return resumable(one) ? Feed::resumed : Feed::whole;
    default:
      return Feed::whole;
  }
}
const char* name_of(Feed feed) {
  static constexpr const char* kNames[] = {"whole", "trickled", "with no memory", "stopped and resumed"};
  return kNames[static_cast<int>(feed)];
}

bool holds(const std::string& kind, std::uint64_t first_seed, std::uint64_t cases) {
  if (kind == "aggregates") return aggregates_hold(first_seed, cases);
  std::uint64_t failed = 0;
  std::map<Feed, std::uint64_t> fed;
  for (std::uint64_t i = 0; i < cases; ++i) {
    const Case one = random_case(kind, first_seed + i);
    const Feed feed = feed_of(one, first_seed + i);
    ++fed[feed];
    if (difference_of(one, feed).empty()) continue;
    if (++failed > kShown) continue;
    const Case least = shrunk(one, feed);
    std::printf("%s, seed %llu, %s:\n%s%s\n", kind.c_str(), static_cast<unsigned long long>(first_seed + i),
                name_of(feed), shown(least).c_str(), difference_of(least, feed).c_str());
    std::fflush(stdout);
  }
  std::string more;
  for (const Feed feed : {Feed::trickled, Feed::spilled, Feed::resumed})
    more += (more.empty() ? "" : ", ") + std::to_string(fed[feed]) + " " + name_of(feed);
  report(kind, first_seed, cases, failed, more);
  return failed == 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::uint64_t cases = 5000, seed = 1;
  std::vector<std::string> asked;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if ((word == "--cases" || word == "--seed") && i + 1 < argc) {
      (word == "--cases" ? cases : seed) = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "aggregates" || std::find(kinds().begin(), kinds().end(), word) != kinds().end()) {
      asked.push_back(word);
    } else {
      std::fputs("usage: check [--cases N] [--seed N] KIND...\nkinds: aggregates", stderr);
      for (const std::string& kind : kinds()) std::fprintf(stderr, " %s", kind.c_str());
      std::fputs("\n", stderr);
      return 2;
    }
  }
  bool good = !asked.empty();
  for (const std::string& kind : asked) good = holds(kind, seed, cases) && good;
  return good ? 0 : 1;
}
