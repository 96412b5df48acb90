#!/bin/sh
# The winning bid of each auction: the highest within its life, of several the earliest.
join --table --left-on .auction --right-on .id topic:bid topic:auction |
  filter '.left.dateTime >= .right.dateTime and .left.dateTime <= .right.expires' |
  window --tumbling 3650d --ts .left.dateTime --by .right.id --agg 'best=max_by(., .left.price)' --emit changes --only-changed |
  table --key .id |
  map '.best | (.right | {id, itemName, description, initialBid, reserve, dateTime, expires, seller, category})
       + (.left | {auction, bidder, price, bid_dateTime: .dateTime})'
