SELECT auction, bidder, price * 908 / 1000.0 AS price, dateTime FROM bid
