#!/bin/sh
# The latest bid of each bidder on each auction.
table --key '[.bidder, .auction]' --ts .dateTime topic:bid
