#include "nexmark/envelope.h"

#include <charconv>

namespace weir::nexmark {
namespace {

void append_number(std::int64_t number, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}
void member(std::string_view name, std::int64_t number, std::string& out) {
  out += '"';
  out += name;
  out += "\":";
  append_number(number, out);
  out += ',';
}
// No text of ours has a character that JSON escapes.
void member(std::string_view name, std::string_view text, std::string& out) {
  out += '"';
  out += name;
  out += "\":\"";
  out += text;
  out += "\",";
}
void append_end(const Event& event, std::string& out) {
  member("dateTime", event.time_ms, out);
  member("extra", event.extra, out);
  out.back() = '}';
}

void append_value(const Event& event, std::string& out) {
  out += '{';
  switch (event.kind) {
    case Kind::person:
      member("id", event.person.id, out);
      member("name", event.person.name, out);
      member("emailAddress", event.person.email, out);
      member("creditCard", event.person.credit_card, out);
      member("city", event.person.city, out);
      member("state", event.person.state, out);
      break;
    case Kind::auction:
      member("id", event.auction.id, out);
      member("itemName", event.auction.item_name, out);
      member("description", event.auction.description, out);
      member("initialBid", event.auction.initial_bid, out);
      member("reserve", event.auction.reserve, out);
      member("expires", event.auction.expires_ms, out);
      member("seller", event.auction.seller, out);
      member("category", event.auction.category, out);
      break;
    case Kind::bid:
      member("auction", event.bid.auction, out);
      member("bidder", event.bid.bidder, out);
      member("price", event.bid.price, out);
      member("channel", event.bid.channel, out);
      member("url", event.bid.url, out);
      break;
  }
  append_end(event, out);
}

void append_any(const Event& event, std::string& out) {
  out += "{\"event_type\":";
  append_number(static_cast<int>(event.kind), out);
  for (const Kind kind : {Kind::person, Kind::auction, Kind::bid}) {
    out += ",\"";
    out += topic_of(kind);
    out += "\":";
    if (kind == event.kind)
      append_value(event, out);
    else
      out += "null";
  }
  out += '}';
}

}  // namespace

std::string_view topic_of(Kind kind) {
  return kind == Kind::person ? "person" : kind == Kind::auction ? "auction" : "bid";
}

void append_envelope(const Event& event, Topics topics, std::string& out) {
  out += '{';
  member("topic", topics == Topics::one ? "nexmark" : topic_of(event.kind), out);
  member("ts", event.time_ms, out);
  out += "\"key\":\"";
  append_number(event.key(), out);
  out += "\",\"value\":";
  if (topics == Topics::one)
    append_any(event, out);
  else
    append_value(event, out);
  out += "}\n";
}

}  // namespace weir::nexmark
