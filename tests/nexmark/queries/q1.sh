#!/bin/sh
# The price of each bid in euro.
map '{auction, bidder, price: (.price * 908 / 1000), dateTime}' topic:bid
