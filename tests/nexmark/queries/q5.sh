#!/bin/sh
# The auctions with the most bids in the last ten seconds, every two seconds. The rows of one window have one end, so that
# a window of two seconds over those ends has all of them.
window --hopping 10s --every 2s --ts .dateTime --bound 4s --by .auction --agg 'num=count()' --time-format ms topic:bid |
  window --tumbling 2s --ts .window_end --agg 'rows=collect(.)' --time-format ms |
  map '(.rows | map(.num) | max) as $most | .rows[] | select(.num == $most)'
