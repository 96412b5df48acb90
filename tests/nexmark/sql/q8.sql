SELECT DISTINCT person.id, name, person.dateTime / 10000 * 10000 AS window_start
FROM person JOIN auction ON seller = person.id AND auction.dateTime / 10000 = person.dateTime / 10000
