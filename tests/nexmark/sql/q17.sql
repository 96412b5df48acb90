SELECT auction, dateTime / 86400000 * 86400000 AS window_start,
       count(*) AS total_bids,
       count(*) FILTER (WHERE price < 10000) AS rank1_bids,
       count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
       count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
       min(price) AS min_price, max(price) AS max_price, 1.0 * sum(price) / count(*) AS avg_price, sum(price) AS sum_price
FROM bid GROUP BY auction, window_start
