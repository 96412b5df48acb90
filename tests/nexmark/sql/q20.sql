SELECT bid.auction, bidder, price, bid.dateTime AS bid_dateTime, itemName, category, seller
FROM bid JOIN auction ON bid.auction = auction.id WHERE category = 10
