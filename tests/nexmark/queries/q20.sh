#!/bin/bash
# Bids on auctions of category 10, with those auctions.
join --table --left-on .auction --right-on .id topic:bid <(filter '.category == 10' topic:auction) |
  map '(.left | {auction, bidder, price, bid_dateTime: .dateTime}) + (.right | {itemName, category, seller})'
