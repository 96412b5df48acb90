#include "nexmark/events.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "support/random.h"

namespace weir::nexmark {
namespace {

constexpr std::int64_t kEpoch = 50;  // numbers after which the kinds repeat
constexpr std::int64_t kAuctionsPerEpoch = 3;
constexpr std::int64_t kFirstBid = 1 + kAuctionsPerEpoch;

constexpr std::int64_t kActivePeople = 1000;
constexpr std::int64_t kInFlightAuctions = 100;
constexpr std::int64_t kLeads = 10;  // ids that are referred to before they exist
constexpr std::int64_t kHotEvery = 100;

constexpr std::int64_t kPersonBytes = 200;
constexpr std::int64_t kAuctionBytes = 500;
constexpr std::int64_t kBidBytes = 100;
constexpr std::int64_t kNumberBytes = 8;  // a number counts as so many, however it is written

constexpr std::array<std::string_view, 11> kFirstNames{"Peter", "Paul",  "Luke",  "John",   "Saul",  "Vicky",
                                                       "Kate",  "Julie", "Sarah", "Deiter", "Walter"};
constexpr std::array<std::string_view, 9> kLastNames{"Shultz", "Abrams", "Spencer", "White", "Bartels",
                                                     "Walton", "Smith",  "Jones",   "Noris"};
constexpr std::array<std::string_view, 10> kCities{"Phoenix",  "Los Angeles", "San Francisco", "Boise",
                                                   "Portland", "Bend",        "Redmond",       "Seattle",
                                                   "Kent",     "Cheyenne"};
constexpr std::array<std::string_view, 6> kStates{"AZ", "CA", "ID", "OR", "WA", "WY"};
constexpr std::array<std::string_view, 4> kHotChannels{"Google", "Facebook", "Baidu", "Apple"};
constexpr std::size_t kChannels = 10'000;

constexpr std::uint64_t kUrlSeed = 0x75726c73;  // the urls of channels are the same in every stream

std::uint64_t mixed(std::uint64_t value) {
  return testing::Random(value).next();
}

std::uint32_t reversed_bits(std::uint32_t value) {
  std::uint32_t result = 0;
  for (int bit = 0; bit < 32; ++bit, value >>= 1) result = (result << 1) | (value & 1);
  return result;
}

std::int64_t bytes(const std::string& text) {
  return static_cast<std::int64_t>(text.size());
}

}  // namespace

// What an event is drawn from, in a fixed order of its fields.
class Events::Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::int64_t below(std::int64_t end) {
    return static_cast<std::int64_t>(random_.below(static_cast<std::size_t>(end)));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  double unit() { return static_cast<double>(random_.next() >> 11) * 0x1p-53; }
  template <std::size_t N>
  std::string_view of(const std::array<std::string_view, N>& names) {
    return names[random_.below(N)];
  }

  // From 100 to 100,000,000, log-uniform.
  std::int64_t price() { return std::llround(100 * std::pow(10.0, 6 * unit())); }

  void letters(std::int64_t count, std::string& out) {
    for (std::int64_t i = 0; i < count; ++i) out += static_cast<char>('a' + below(26));
  }
  // 3 to max - 1 letters, one in 13 of them `special`; spaces at the ends are trimmed.
  void words(std::int64_t max, char special, std::string& out) {
    const std::size_t start = out.size();
    const std::int64_t length = 3 + below(max - 3);
    for (std::int64_t i = 0; i < length; ++i) {
      if (one_in(13))
        out += special;
      else
        out += static_cast<char>('a' + below(26));
    }
    if (special != ' ') return;
    while (out.size() > start && out.back() == ' ') out.pop_back();
    out.erase(start, std::min(out.find_first_not_of(' ', start), out.size()) - start);
  }
  // About as many letters as `average` has over `used`; none when there is no room.
  void filler(std::int64_t used, std::int64_t average, std::string& out) {
    out.clear();
    const std::int64_t wanted = average - used;
    if (wanted < 0) return;
    const std::int64_t spread = static_cast<std::int64_t>(std::llround(static_cast<double>(wanted) * 0.2));
    letters(wanted - spread + (spread == 0 ? 0 : below(2 * spread)), out);
  }

  std::int64_t person(std::int64_t number) {
    const std::int64_t people = last_person(number) + 1;
    const std::int64_t active = std::min(people, kActivePeople);
    return people - active + below(active + kLeads);
  }
  std::int64_t auction(std::int64_t number) {
    const std::int64_t last = last_auction(number);
    const std::int64_t first = std::max<std::int64_t>(last - kInFlightAuctions, 0);
    return first + below(last + kLeads - first + 1);
  }

 private:
  testing::Random random_;
};

std::int64_t Event::key() const {
  return kind == Kind::person ? person.id : kind == Kind::auction ? auction.id : bid.auction;
}

Kind kind_of(std::int64_t number) {
  const std::int64_t place = number % kEpoch;
  return place == 0 ? Kind::person : place < kFirstBid ? Kind::auction : Kind::bid;
}

std::int64_t last_person(std::int64_t number) {
  return number / kEpoch;
}

std::int64_t last_auction(std::int64_t number) {
  const std::int64_t place = number % kEpoch;
  return number / kEpoch * kAuctionsPerEpoch + std::min(place, kAuctionsPerEpoch) - 1;
}

Events::Events(const Settings& settings) : settings_(settings), seed_hash_(mixed(settings.seed)) {}

std::int64_t Events::number_at(std::int64_t position) const {
  const std::int64_t group = settings_.group;
  return position / group * group + position * 953 % group;
}

std::int64_t Events::time_of(std::int64_t number) const {
  return settings_.base_ms + number / settings_.rate * 1000 + number % settings_.rate * 1000 / settings_.rate;
}

const Event& Events::at(std::int64_t position) {
  event_.number = number_at(position);
  event_.kind = kind_of(event_.number);
  event_.time_ms = time_of(event_.number);
  Draw draw(seed_hash_ ^ mixed(static_cast<std::uint64_t>(event_.number)));
  if (event_.kind == Kind::person)
    make_person(draw);
  else if (event_.kind == Kind::auction)
    make_auction(draw);
  else
    make_bid(draw);
  return event_;
}

void Events::make_person(Draw& draw) {
  Person& person = event_.person;
  person.id = last_person(event_.number) + kFirstId;
  person.name = draw.of(kFirstNames);
  person.name += ' ';
  person.name += draw.of(kLastNames);
  person.email.clear();
  draw.words(7, ' ', person.email);
  person.email += '@';
  draw.words(5, ' ', person.email);
  person.email += ".com";
  person.credit_card.clear();
  for (int group = 0; group < 4; ++group) {
    if (group != 0) person.credit_card += ' ';
    for (int digit = 0; digit < 4; ++digit) person.credit_card += static_cast<char>('0' + draw.below(10));
  }
  person.city = draw.of(kCities);
  person.state = draw.of(kStates);
  draw.filler(2 * kNumberBytes + bytes(person.name) + bytes(person.email) + bytes(person.credit_card) +
                  bytes(person.city) + bytes(person.state),
              kPersonBytes, event_.extra);
}

void Events::make_auction(Draw& draw) {
  Auction& auction = event_.auction;
  auction.id = last_auction(event_.number) + kFirstId;
  auction.item_name.clear();
  draw.words(20, ' ', auction.item_name);
  auction.description.clear();
  draw.words(100, ' ', auction.description);
  auction.initial_bid = draw.price();
  auction.reserve = auction.initial_bid + draw.price();
  // So long that 100 auctions are in flight: the time in which that many are made.
  const std::int64_t ahead = kInFlightAuctions * kEpoch / kAuctionsPerEpoch;
  const std::int64_t horizon = time_of(event_.number + ahead) - event_.time_ms;
  auction.expires_ms = event_.time_ms + 1 + draw.below(std::max<std::int64_t>(2 * horizon, 1));
  const bool hot = !draw.one_in(4);
  const std::int64_t newest = last_person(event_.number);
  auction.seller = (hot ? newest / kHotEvery * kHotEvery : draw.person(event_.number)) + kFirstId;
  auction.category = kFirstCategory + draw.below(kCategories);
  draw.filler(7 * kNumberBytes + bytes(auction.item_name) + bytes(auction.description), kAuctionBytes,
              event_.extra);
}

void Events::make_bid(Draw& draw) {
  Bid& bid = event_.bid;
  const bool hot_auction = !draw.one_in(2);
  bid.auction =
      (hot_auction ? last_auction(event_.number) / kHotEvery * kHotEvery : draw.auction(event_.number)) +
      kFirstId;
  const bool hot_bidder = !draw.one_in(4);
  // One beside the hot seller, so that nobody bids on what is his own.
  bid.bidder =
      (hot_bidder ? last_person(event_.number) / kHotEvery * kHotEvery + 1 : draw.person(event_.number)) +
      kFirstId;
  bid.price = draw.price();

  const bool hot_channel = !draw.one_in(2);
  const std::size_t channel = static_cast<std::size_t>(
      hot_channel ? draw.below(static_cast<std::int64_t>(kHotChannels.size()))
                  : static_cast<std::int64_t>(kHotChannels.size()) + draw.below(kChannels));
  Draw fixed(mixed(kUrlSeed + channel));
  bid.url = "https://www.nexmark.com/";
  for (int part = 0; part < 3; ++part) {
    fixed.words(5, '_', bid.url);
    bid.url += '/';
  }
  bid.url += "item.htm?query=1";
  if (hot_channel) {
    bid.channel = kHotChannels[channel];
  } else {
    const std::uint32_t number = static_cast<std::uint32_t>(channel - kHotChannels.size());
    bid.channel = "channel-" + std::to_string(number);
    if (!fixed.one_in(10)) {
      const std::int64_t id = static_cast<std::int32_t>(reversed_bits(number));
      bid.url += "&channel_id=" + std::to_string(id < 0 ? -id : id);
    }
  }
  draw.filler(4 * kNumberBytes + bytes(bid.channel) + bytes(bid.url), kBidBytes, event_.extra);
}

}  // namespace weir::nexmark
