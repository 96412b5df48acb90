#!/bin/sh
# Bids in a range of prices, with the part of the day and how often their text has the letter c.
filter '.price * 0.908 > 1000000 and .price * 0.908 < 50000000' topic:bid |
  map '(.dateTime / 1000 | strftime("%H") | tonumber) as $hour | {auction, bidder, price: (.price * 908 / 1000),
       bidTimeType: (if $hour >= 8 and $hour <= 18 then "dayTime" elif $hour <= 6 or $hour >= 20 then "nightTime"
                     else "otherTime" end),
       dateTime, extra, c_counts: ([.extra | scan("c")] | length)}'
