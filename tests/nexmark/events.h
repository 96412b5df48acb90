// The events of the Nexmark benchmark: people who register, auctions they open, bids on those.
// Any event can be made on its own: all of it follows from the seed and its number.
// Units      times in ms since the epoch, prices in cents.
// Numbers    0, 1, 2, ... By number mod 50: 0 a person, 1 to 3 an auction, 4 to 49 a bid. Where `group` is above 1
//            the event at position n has number floor(n/group)*group + (n*953 mod group): disorder within the group.
// Threads    one object, one thread.
#pragma once

#include <cstdint>
#include <string>

namespace weir::nexmark {

struct Settings {
  std::uint64_t seed = 1;
  std::int64_t rate = 10'000;  // events in a second of event time
  std::int64_t group = 1;      // events among which order is lost; 1: none is. No multiple of 953
  std::int64_t base_ms = 1'436'918'400'000;  // 2015-07-15T00:00:00Z
};

enum class Kind { person, auction, bid };

struct Person {
  std::int64_t id;
  std::string name, email, credit_card, city, state;
};
struct Auction {
  std::int64_t id;
  std::string item_name, description;
  std::int64_t initial_bid, reserve, expires_ms, seller, category;
};
struct Bid {
  std::int64_t auction, bidder, price;
  std::string channel, url;
};

// Only the member that `kind` names has a meaning.
struct Event {
  Kind kind;
  std::int64_t number;
  std::int64_t time_ms;
  Person person;
  Auction auction;
  Bid bid;
  std::string extra;  // brings the event to its average size

  std::int64_t key() const;  // the person's id, the auction's id, the bid's auction
};

constexpr std::int64_t kFirstId = 1000;  // of people and of auctions
constexpr std::int64_t kFirstCategory = 10;
constexpr std::int64_t kCategories = 5;

Kind kind_of(std::int64_t number);
// The ids known at an event, counted from 0: of the person and of the auction made last; -1 when there is no auction yet.
std::int64_t last_person(std::int64_t number);
std::int64_t last_auction(std::int64_t number);

class Events {
 public:
  explicit Events(const Settings& settings);

  // The event at a position of the stream. Good until the next call.
  const Event& at(std::int64_t position);
  std::int64_t number_at(std::int64_t position) const;
  std::int64_t time_of(std::int64_t number) const;

 private:
  class Draw;
  void make_person(Draw& draw);
  void make_auction(Draw& draw);
  void make_bid(Draw& draw);

  Settings settings_;
  std::uint64_t seed_hash_;
  Event event_{};
};

}  // namespace weir::nexmark
