WITH RECURSIVE
  edge(first, last) AS (SELECT min(dateTime) / 2000 * 2000 - 8000, max(dateTime) FROM bid),
  hop(start) AS (SELECT first FROM edge UNION ALL SELECT start + 2000 FROM hop, edge WHERE start + 2000 <= last),
  counted AS (SELECT start, auction, count(*) AS num FROM hop JOIN bid ON dateTime >= start AND dateTime < start + 10000
              GROUP BY start, auction)
SELECT auction, num, start AS window_start, start + 10000 AS window_end
FROM counted JOIN (SELECT start AS top, max(num) AS most FROM counted GROUP BY start) ON top = start
WHERE num = most
