#!/bin/sh
# Bids on every 123rd auction.
filter '.auction % 123 == 0' topic:bid | map '{auction, price}'
