#!/bin/bash
# Who registered and opened an auction in the same ten seconds.
join --on '[.id, .window_start]' --ts '(.window_end - 1)' --within 0s \
  <(window --tumbling 10s --ts .dateTime --bound 4s --by .id --by .name --time-format ms topic:person) \
  <(window --tumbling 10s --ts .dateTime --bound 4s --by id=.seller --time-format ms topic:auction) |
  map '.left | {id, name, window_start}'
