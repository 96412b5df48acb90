#!/bin/bash
# The highest bids of every ten seconds. A row covers the ten seconds up to its end, so a bid joins the row of its own.
join --left-on .price --right-on .most --left-ts .dateTime --right-ts '(.window_end - 1)' --bound 15s --before 0ms \
  --after 9999ms topic:bid \
  <(window --tumbling 10s --ts .dateTime --bound 4s --agg 'most=max(.price)' --time-format ms topic:bid) |
  map '.left | {auction, price, bidder, dateTime}'
