#!/bin/sh
# The number of each bid's channel: the big ones have one of their own, the others carry it in their url, or are left out.
map '(.channel | ascii_downcase) as $channel
     | ({apple: "0", google: "1", facebook: "2", baidu: "3"}[$channel]
        // (.url | capture("(&|^)channel_id=(?<id>[^&]*)").id // empty)) as $id
     | {auction, bidder, price, channel, channel_id: $id}' topic:bid
