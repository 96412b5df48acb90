#!/bin/sh
# The average price of each seller's auctions, ten by ten.
join --table --left-on .auction --right-on .id topic:bid topic:auction |
  filter '.left.dateTime >= .right.dateTime and .left.dateTime <= .right.expires' |
  window --tumbling 3650d --ts .left.dateTime --by .right.id --by .right.seller --agg 'price=max(.left.price)' |
  window --rows 10 --ts .window_end --by .seller --agg 'average=avg(.price)' | map '{seller, average}'
