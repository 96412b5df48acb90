#!/bin/sh
# The average over each category's auctions of their highest bids. An auction whose highest bid rises is taken out of the
# average and put in again.
join --table --left-on .auction --right-on .id topic:bid topic:auction |
  filter '.left.dateTime >= .right.dateTime and .left.dateTime <= .right.expires' |
  window --tumbling 3650d --ts .left.dateTime --by .right.id --by .right.category --agg 'price=max(.left.price)' \
    --emit changes --only-changed |
  table --key .id --group-by .category --agg 'average=avg(.price)'
