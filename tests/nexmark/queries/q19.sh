#!/bin/sh
# The ten highest bids on each auction.
window --tumbling 3650d --ts .dateTime --by .auction --agg 'top=topk([.price, .dateTime, .bidder], 10)' topic:bid |
  map '.auction as $auction | .top | to_entries[]
       | {auction: $auction, price: .value[0], dateTime: .value[1], bidder: .value[2], rank_number: (.key + 1)}'
