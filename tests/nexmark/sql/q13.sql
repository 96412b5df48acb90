SELECT auction, bidder, price, dateTime, CAST(auction % 10000 AS TEXT) AS value FROM bid
