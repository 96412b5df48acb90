SELECT category, 1.0 * sum(price) / count(*) AS average
FROM (SELECT category, max(price) AS price FROM auction JOIN bid ON bid.auction = auction.id
      WHERE bid.dateTime BETWEEN auction.dateTime AND expires GROUP BY auction.id)
GROUP BY category
