WITH winner AS (
       SELECT auction.id, seller, max(price) AS price FROM auction JOIN bid ON bid.auction = auction.id
       WHERE bid.dateTime BETWEEN auction.dateTime AND expires GROUP BY auction.id),
     placed AS (SELECT *, (row_number() OVER (PARTITION BY seller ORDER BY id) - 1) / 10 AS ten FROM winner)
SELECT seller, 1.0 * sum(price) / count(*) AS average FROM placed GROUP BY seller, ten
