#!/bin/sh
# All bids as they are: what parsing and printing cost.
filter true topic:bid
