SELECT auction, bidder, price, channel, dir1, substr(rest, 1, instr(rest, '/') - 1) AS dir2,
       substr(rest, instr(rest, '/') + 1, instr(substr(rest, instr(rest, '/') + 1), '/') - 1) AS dir3
FROM (SELECT *, substr(path, 1, instr(path, '/') - 1) AS dir1, substr(path, instr(path, '/') + 1) AS rest
      FROM (SELECT *, substr(url, length('https://www.nexmark.com/') + 1) AS path FROM bid))
