#!/usr/bin/env bash
# readme.sh CLUSTER: the commands by which README.md moves a log to a cluster, run as they stand there but for the broker's
# address. The tools are first in PATH.
set -euo pipefail
cluster=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/tally.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# The indented lines behind that heading; the broker that the first of them starts is running.
commands() {
  awk '/^\*\*From one machine to many/ {inside = 1} inside && /^    / {print; found = 1; next} found {exit}' "$here/../../README.md"
}

a_log_moves_as_readme_says() {
  topics delete -q -b "$cluster" orders 2>/dev/null || true
  printf '%s\n' '{"id":1,"at":"2024-05-01T09:00:00Z"}' '{"id":2,"at":"2024-05-01T09:00:05Z"}' |
    produce -q --key .id --ts .at orders
  commands >all
  grep -q 'scripts/kafka-dev start ' all
  grep -v 'scripts/kafka-dev' all | sed "s/127.0.0.1:9092/$cluster/g" >steps
  test "$(wc -l <steps)" = 3
  consume -e -J orders >wanted
  echo 'weir consume -e -J orders >moved' >>steps
  bash -euo pipefail steps >listed
  diff wanted moved
  grep -q '^orders  *1  *2 ' listed
}

part "README's way from one machine to a cluster" a_log_moves_as_readme_says
finish
