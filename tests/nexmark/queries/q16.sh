#!/bin/sh
# The same for each channel, with the minute of its latest bid.
window --calendar day --ts .dateTime --bound 4s --by .channel --time-format ms \
  --agg 'minute=max(.dateTime / 1000 | strftime("%H:%M"))' \
  --agg 'total_bids=count()' \
  --agg 'rank1_bids=count() where .price < 10000' \
  --agg 'rank2_bids=count() where .price >= 10000 and .price < 1000000' \
  --agg 'rank3_bids=count() where .price >= 1000000' \
  --agg 'total_bidders=count_distinct(.bidder)' \
  --agg 'rank1_bidders=count_distinct(.bidder) where .price < 10000' \
  --agg 'rank2_bidders=count_distinct(.bidder) where .price >= 10000 and .price < 1000000' \
  --agg 'rank3_bidders=count_distinct(.bidder) where .price >= 1000000' \
  --agg 'total_auctions=count_distinct(.auction)' \
  --agg 'rank1_auctions=count_distinct(.auction) where .price < 10000' \
  --agg 'rank2_auctions=count_distinct(.auction) where .price >= 10000 and .price < 1000000' \
  --agg 'rank3_auctions=count_distinct(.auction) where .price >= 1000000' \
  topic:bid |
  map 'del(.window_end)'
