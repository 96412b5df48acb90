WITH
  marked AS (SELECT bidder, dateTime,
                    dateTime - lag(dateTime, 1, dateTime - 10001) OVER (PARTITION BY bidder ORDER BY dateTime) > 10000 AS fresh
             FROM bid),
  numbered AS (SELECT *, sum(fresh) OVER (PARTITION BY bidder ORDER BY dateTime) AS session FROM marked)
SELECT bidder, count(*) AS bid_count, min(dateTime) AS starttime, max(dateTime) + 10000 AS endtime
FROM numbered GROUP BY bidder, session
