SELECT auction, bidder, price, dateTime, place AS rank_number
FROM (SELECT *, row_number() OVER (PARTITION BY auction ORDER BY price DESC, dateTime DESC, bidder DESC) AS place FROM bid)
WHERE place <= 10
