#!/bin/sh
# The folders of each bid's url.
map '(.url | split("/")) as $part | {auction, bidder, price, channel, dir1: $part[3], dir2: $part[4], dir3: $part[5]}' topic:bid
