#!/usr/bin/env bash
# holes.sh CLUSTER: topics whose offsets have holes, as kcat reads them: transactions that were committed, taken back or left
# open, and keys that the cluster's own compaction has thinned out. The tools are first in PATH.
set -euo pipefail
export WEIR_BUS=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/tally.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

form='%t %p %o %T %k %s\n'
kcat_reads() { # LEVEL TOPIC [FLAGS]
  kcat -b "$WEIR_BUS" -C -q -e -X fetch.wait.max.ms=5 -f "$form" -X isolation.level="$1" -t "${@:2}" | LC_ALL=C sort
}
we_read() { consume -e -f "$form" "$@" | LC_ALL=C sort; }
# same_reads TOPIC: whole, from the end, in a group, and from each offset of the first partition
same_reads() {
  local topic=$1 level flags end offset
  for level in committed uncommitted; do
    flags=--read-$level
    kcat_reads "read_$level" "$topic" >wanted
    we_read "$flags" "$topic" | diff wanted -
    we_read "$flags" -g "$level-$topic" "$topic" | diff wanted -
    we_read "$flags" -g "$level-$topic" "$topic" | diff /dev/null -
    # An offset is a record's number, there or not: from the end the holes count, too.
    for back in 1 3 7; do
      kcat_reads "read_$level" "$topic" -o "-$back" >wanted
      we_read "$flags" -o "-$back" "$topic" | diff wanted -
    done
    kcat_reads "read_$level" "$topic" -p 0 >wanted
    end=$(kcat -b "$WEIR_BUS" -Q -t "$topic:0:-1" | sed 's/.*offset //')
    for ((offset = 0; offset <= end; ++offset)); do
      we_read "$flags" -p 0 -o "$offset:" "$topic" | diff <(awk -v from="$offset" '$3 >= from' wanted) -
    done
    # The newest ones by time, where one partition makes clear which they are.
    sort -k3n -o wanted wanted
    for last in 1 2 5 100; do
      consume -e "$flags" -f "$form" -p 0 --last "$last" "$topic" >got
      tail -n "$last" wanted | diff - got
    done
  done
}

write_transactions() { /usr/bin/python3 "$here/transaction_writer.py" "$WEIR_BUS" "$@" 2>writer.log || { cat writer.log; return 1; }; }

transactions_that_are_over() {
  topics create -q over
  write_transactions over 1 +3 -2 +3-2 -3 +2-1 -4
  same_reads over
  consume -e over | grep -c committed >got
  echo 8 | diff - got
  consume -e --read-uncommitted over | grep -c aborted >got
  echo 12 | diff - got
}

transactions_over_partitions() {
  topics create -q --partitions 3 spread
  write_transactions spread 3 +5 -4 +7-5 -6 +4
  same_reads spread
}

# What lies behind the first open transaction is not to be seen yet, whoever wrote it.
transactions_that_are_open() {
  topics create -q --partitions 2 left-open
  write_transactions left-open 2 +4 -2 +3?2
  seq 4 | produce -q left-open
  same_reads left-open
  consume -e left-open >got
  grep -c committed got >count
  echo 6 | diff - count
  [ "$(wc -l <got)" = 6 ]
  consume -e --read-uncommitted left-open | grep -q open
}

# What waits behind one is there, and a lag; where it begins is said, and a position is never set behind it.
looks_at_open_transactions() {
  topics create -q --partitions 2 looked-at
  seq 3 | produce -q -p 1 looked-at
  write_transactions looked-at 1 +2 ?3
  seq 4 | produce -q -p 0 looked-at
  topics describe --json looked-at | jq -c '[.partitions[] | [.end, .open_transaction]]' >got
  echo '[[10,3],[3,null]]' | diff - got  # with the marker of the transaction that was committed
  topics describe looked-at | grep -qx 'partition 0: a transaction is open at offset 3, and who reads committed records gets no further'
  consume -e -g looker looked-at >/dev/null
  groups describe --json looker | jq -c '[.partitions[] | [.position, .end, .lag, .open_transaction]]' >got
  echo '[[3,10,7,3],[3,3,0,null]]' | diff - got
  groups describe looker | grep -qx 'looked-at-0: a transaction is open at offset 3, and who reads committed records gets no further'
  groups reset -q --to end looker
  groups describe --json looker | jq -c '[.partitions[].position]' >got
  echo '[3,3]' | diff - got
}

# Written by Java's client, and one left open by killing it.
transactions_of_javas_client() {
  topics create -q by-java
  perform() { # NAME RECORDS PER-SECOND TRANSACTION-MS; ends the shell
    exec java -Xmx256m -cp "$WEIR_KAFKA_JARS/*" org.apache.kafka.tools.ProducerPerformance --topic by-java --record-size 20 \
      --bootstrap-server "$WEIR_BUS" --transactional-id "$1" --num-records "$2" --throughput "$3" \
      --transaction-duration-ms "$4" --command-property transaction.timeout.ms=600000 --command-property linger.ms=0 >java.log 2>&1
  }
  (perform whole 200 -1 20) || { cat java.log; return 1; }
  perform cut 1000 50 600000 &
  local writer=$!
  until consume -e --read-uncommitted by-java | tail -n +220 | grep -q .; do kill -0 "$writer"; done
  kill -KILL "$writer"
  wait "$writer" 2>/dev/null || true
  [ "$(consume -e by-java | wc -l)" = 200 ]
  for level in committed uncommitted; do
    kcat_reads "read_$level" by-java >wanted
    we_read "--read-$level" by-java | diff wanted -
    we_read "--read-$level" -g "java-$level" by-java | diff wanted -
  done
}

compaction() {
  topics create -q --partitions 2 --config cleanup.policy=compact --config segment.bytes=1048576 --config segment.ms=100 \
    --config min.cleanable.dirty.ratio=0.01 --config max.compaction.lag.ms=100 thinned
  local round deadline=$((SECONDS + 60))
  for round in 1 2 3; do
    for key in a b c d e f g; do echo "$key:$key$round"; done | produce -q -K : thinned
  done
  echo 'c:' | produce -q -K : -Z thinned
  # A segment is rolled by what comes after it, so both partitions get something until the cleaner has been there; with keys
  # that it leaves alone when it comes again.
  until [ "$(kcat_reads read_committed thinned | grep -cE ' [a-g][12]$')" = 0 ]; do
    [ $SECONDS -lt $deadline ]
    round=$((round + 1))
    for p in 0 1; do echo "x$round:roll" | produce -q -K : -p $p thinned; done
  done
  same_reads thinned
  consume -e -J thinned | jq -r 'select(.key | test("^[abdefg]$")) | .value_text' | LC_ALL=C sort >got
  printf '%s\n' a3 b3 d3 e3 f3 g3 | diff - got
}

part "transactions that are over are read as kcat reads them" transactions_that_are_over
part "transactions over several partitions are read as kcat reads them" transactions_over_partitions
part "an open transaction hides what lies behind it from who reads what is committed" transactions_that_are_open
part "looks at topics and groups see what lies behind an open transaction" looks_at_open_transactions
part "transactions of Java's client are read as kcat reads them" transactions_of_javas_client
part "a topic that the cluster has compacted is read as kcat reads it" compaction
finish
