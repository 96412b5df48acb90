SELECT auction, price, bidder, dateTime FROM bid
JOIN (SELECT dateTime / 10000 AS ten, max(price) AS most FROM bid GROUP BY ten) ON dateTime / 10000 = ten AND price = most
