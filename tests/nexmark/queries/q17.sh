#!/bin/sh
# Each auction's bids of a day by rank, and what was bid.
window --calendar day --ts .dateTime --bound 4s --by .auction --time-format ms \
  --agg 'total_bids=count()' \
  --agg 'rank1_bids=count() where .price < 10000' \
  --agg 'rank2_bids=count() where .price >= 10000 and .price < 1000000' \
  --agg 'rank3_bids=count() where .price >= 1000000' \
  --agg 'min_price=min(.price)' --agg 'max_price=max(.price)' --agg 'avg_price=avg(.price)' --agg 'sum_price=sum(.price)' \
  topic:bid |
  map 'del(.window_end)'
