#!/bin/sh
# How many bids each bidder made before ten seconds passed without one.
window --session 10s --ts .dateTime --bound 4s --by .bidder --agg 'bid_count=count()' --time-format ms topic:bid |
  map '{bidder, bid_count, starttime: .window_start, endtime: .window_end}'
