SELECT id, itemName, description, initialBid, reserve, opened AS dateTime, expires, seller, category, auction, bidder, price,
       bid_dateTime
FROM (SELECT auction.*, auction.dateTime AS opened, bid.auction, bidder, price, bid.dateTime AS bid_dateTime,
             row_number() OVER (PARTITION BY auction.id ORDER BY price DESC, bid.dateTime, bid.arrival) AS place
      FROM auction JOIN bid ON bid.auction = auction.id WHERE bid.dateTime BETWEEN auction.dateTime AND expires)
WHERE place = 1
