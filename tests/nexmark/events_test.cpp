#include "nexmark/events.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "nexmark/envelope.h"

namespace {

using namespace weir::nexmark;

std::string lines(const Settings& settings, std::int64_t from, std::int64_t to,
                  Topics topics = Topics::three) {
  Events events(settings);
  std::string text;
  for (std::int64_t position = from; position < to; ++position)
    append_envelope(events.at(position), topics, text);
  return text;
}

// The share of `count` in `all` is within half a percent of `wanted`, or five standard deviations.
void check_share(std::int64_t count, std::int64_t all, double wanted) {
  const double share = static_cast<double>(count) / static_cast<double>(all);
  const double room = std::max(0.005, 5 * std::sqrt(wanted * (1 - wanted) / static_cast<double>(all)));
  CAPTURE(share);
  CHECK(std::abs(share - wanted) < room);
}

TEST_CASE("of fifty events one is a person, three are auctions and the rest bids") {
  CHECK(kind_of(0) == Kind::person);
  for (const std::int64_t number : {1, 2, 3, 51, 53}) CHECK(kind_of(number) == Kind::auction);
  for (const std::int64_t number : {4, 49, 54, 99}) CHECK(kind_of(number) == Kind::bid);
  std::map<Kind, int> counts;
  for (std::int64_t number = 0; number < 50'000; ++number) ++counts[kind_of(number)];
  CHECK(counts[Kind::person] == 1000);
  CHECK(counts[Kind::auction] == 3000);
  CHECK(counts[Kind::bid] == 46'000);
}

TEST_CASE("ids count people and auctions, without a gap") {
  Events events({});
  std::int64_t people = 0, auctions = 0;
  for (std::int64_t position = 0; position < 5000; ++position) {
    const Event& event = events.at(position);
    if (event.kind == Kind::person) CHECK(event.person.id == kFirstId + people++);
    if (event.kind == Kind::auction) CHECK(event.auction.id == kFirstId + auctions++);
    REQUIRE(last_person(position) == people - 1);
    REQUIRE(last_auction(position) == auctions - 1);
  }
}

TEST_CASE("time goes on at the rate, floored to milliseconds") {
  Events steady({});
  CHECK(steady.time_of(0) == 1'436'918'400'000);
  CHECK(steady.time_of(9) == 1'436'918'400'000);
  CHECK(steady.time_of(10) == 1'436'918'400'001);
  Events odd({.rate = 3, .base_ms = 0});
  CHECK(odd.time_of(1) == 333);
  CHECK(odd.time_of(2) == 666);
  CHECK(odd.time_of(3) == 1000);
  CHECK(odd.time_of(3'000'000'001) == 1'000'000'000'333);
}

TEST_CASE("an event does not depend on those before it") {
  const Settings settings{.seed = 7};
  CHECK(lines(settings, 0, 3000) == lines(settings, 0, 1711) + lines(settings, 1711, 3000));
  CHECK(lines(settings, 0, 100) == lines(settings, 0, 100));
  CHECK(lines({.seed = 8}, 0, 100) != lines(settings, 0, 100));
}

TEST_CASE("a group holds the same events in another order") {
  for (const std::int64_t group : {1, 2, 3, 7, 50, 1000}) {
    const Events events({.group = group});
    const std::int64_t count = group * 3;
    std::set<std::int64_t> seen;
    std::int64_t out_of_order = 0, newest = -1;
    for (std::int64_t position = 0; position < count; ++position) {
      const std::int64_t number = events.number_at(position);
      REQUIRE(number / group == position / group);
      seen.insert(number);
      if (number < newest) ++out_of_order;
      newest = std::max(newest, number);
    }
    CHECK(seen.size() == static_cast<std::size_t>(count));
    CHECK((out_of_order == 0) == (group == 1 || 953 % group == 1));
  }
}

TEST_CASE("bids go to hot auctions, hot bidders and hot channels as often as they should") {
  Events events({.seed = 3});
  std::int64_t bids = 0, hot_auctions = 0, hot_bidders = 0, hot_channels = 0, with_id = 0;
  for (std::int64_t position = 50'000; position < 150'000; ++position) {
    const Event& event = events.at(position);
    if (event.kind != Kind::bid) continue;
    const std::int64_t last = last_auction(position), person = last_person(position);
    const std::int64_t auction = event.bid.auction - kFirstId, bidder = event.bid.bidder - kFirstId;
    REQUIRE(auction >= std::min(last - 100, last / 100 * 100));
    REQUIRE(auction <= last + 10);
    REQUIRE(bidder >= person + 1 - 1000);
    REQUIRE(bidder <= std::max(person + 10, person / 100 * 100 + 1));
    ++bids;
    hot_auctions += auction == last / 100 * 100;
    hot_bidders += bidder == person / 100 * 100 + 1;
    const bool hot_channel = !event.bid.channel.starts_with("channel-");
    hot_channels += hot_channel;
    with_id += event.bid.url.find("&channel_id=") != std::string::npos;
    REQUIRE((!hot_channel || event.bid.url.ends_with("query=1")));
  }
  check_share(hot_auctions, bids, 0.5 + 0.5 / 111);
  check_share(hot_bidders, bids, 0.75 + 0.25 / 1010);
  check_share(hot_channels, bids, 0.5);
  check_share(with_id, bids, 0.45);
}

TEST_CASE("sellers are hot in three of four auctions, and never hot bidders") {
  Events events({});
  std::int64_t auctions = 0, hot = 0;
  std::map<std::int64_t, std::int64_t> categories;
  for (std::int64_t position = 0; position < 200'000; ++position) {
    const Event& event = events.at(position);
    if (event.kind != Kind::auction) continue;
    ++auctions;
    hot += event.auction.seller - kFirstId == last_person(position) / 100 * 100;
    ++categories[event.auction.category];
    REQUIRE(event.auction.reserve > event.auction.initial_bid);
    REQUIRE(event.auction.expires_ms > event.time_ms);
    REQUIRE(event.auction.expires_ms <= event.time_ms + 2 * 167);
  }
  check_share(hot, auctions, 0.75 + 0.25 / 1010);
  CHECK(categories.size() == kCategories);
  for (const auto& [category, count] : categories) {
    CHECK(category >= kFirstCategory);
    check_share(count, auctions, 0.2);
  }
}

TEST_CASE("prices are log-uniform from one to a million dollars") {
  Events events({});
  std::vector<std::int64_t> decades(6);
  std::int64_t bids = 0;
  for (std::int64_t position = 0; position < 100'000; ++position) {
    const Event& event = events.at(position);
    if (event.kind != Kind::bid) continue;
    REQUIRE(event.bid.price >= 100);
    REQUIRE(event.bid.price <= 100'000'000);
    ++bids;
    ++decades[std::min<std::size_t>(
        5, static_cast<std::size_t>(std::log10(static_cast<double>(event.bid.price)) - 2))];
  }
  for (const std::int64_t count : decades) check_share(count, bids, 1.0 / 6);
}

TEST_CASE("a channel has one url in every stream") {
  std::map<std::string, std::string> urls;
  for (const std::uint64_t seed : {1u, 2u}) {
    Events events({.seed = seed});
    for (std::int64_t position = 0; position < 100'000; ++position) {
      const Event& event = events.at(position);
      if (event.kind != Kind::bid) continue;
      const auto [known, fresh] = urls.emplace(event.bid.channel, event.bid.url);
      REQUIRE(known->second == event.bid.url);
    }
  }
  CHECK(urls.size() > 9000);
  CHECK(urls.size() <= 10'004);
}

TEST_CASE("people and auctions have the sizes they should have") {
  Events events({});
  double people = 0, person_bytes = 0, auctions = 0, auction_bytes = 0;
  for (std::int64_t position = 0; position < 100'000; ++position) {
    const Event& event = events.at(position);
    const double extra = static_cast<double>(event.extra.size());
    if (event.kind == Kind::person) {
      const Person& p = event.person;
      REQUIRE(p.name.find(' ') != std::string::npos);
      REQUIRE(p.credit_card.size() == 19);
      ++people;
      person_bytes += 16 + extra +
                      static_cast<double>(p.name.size() + p.email.size() + p.credit_card.size() +
                                          p.city.size() + p.state.size());
    } else if (event.kind == Kind::auction) {
      const Auction& a = event.auction;
      REQUIRE(a.item_name.size() < 20);
      REQUIRE(a.description.size() < 100);
      ++auctions;
      auction_bytes += 56 + extra + static_cast<double>(a.item_name.size() + a.description.size());
    }
  }
  CHECK(std::abs(person_bytes / people - 200) < 2);
  CHECK(std::abs(auction_bytes / auctions - 500) < 5);
}

TEST_CASE("an event is an envelope of its own topic, or one of three members of a common one") {
  const std::string three = lines({}, 0, 5), one = lines({}, 0, 5, Topics::one);
  CHECK(
      three.starts_with(R"({"topic":"person","ts":1436918400000,"key":"1000","value":{"id":1000,"name":")"));
  CHECK(three.find(R"({"topic":"auction","ts":1436918400000,"key":"1002","value":{"id":1002,"itemName":")") !=
        std::string::npos);
  CHECK(three.find(R"({"topic":"bid","ts":1436918400000,"key":")") != std::string::npos);
  CHECK(one.starts_with(
      R"({"topic":"nexmark","ts":1436918400000,"key":"1000","value":{"event_type":0,"person":{"id":1000,)"));
  CHECK(one.find(R"("event_type":1,"person":null,"auction":{"id":1000,)") != std::string::npos);
  CHECK(one.find(R"("event_type":2,"person":null,"auction":null,"bid":{"auction":)") != std::string::npos);
}

}  // namespace
