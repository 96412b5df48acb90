#!/bin/bash
# Each bid with a row of a side table, which is read first.
join --table --left-on '.auction % 10000' --right-on .key topic:bid <(seq 0 9999 | map '{key: ., value: tostring}') |
  map '(.left | {auction, bidder, price, dateTime}) + {value: .right.value}'
