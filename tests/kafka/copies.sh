#!/usr/bin/env bash
# copies.sh CLUSTER: copies between logs and topics of a cluster in all four directions, compared record for record: by our
# own envelopes, partition by partition, and by kcat, which knows nothing of us. The tools are first in PATH.
set -euo pipefail
cluster=$1
. "$(dirname "${BASH_SOURCE[0]}")/tally.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
partitions=3

# What each partition holds, in its order, but for the name of the topic: envelopes BUS TOPIC
envelopes() {
  local p
  for ((p = 0; p < partitions; ++p)); do consume -e -J -b "$1" -p "$p" "$2" | sed 's/^{"topic":"[^"]*",//'; done
}
# The same as kcat reads it: time, length and bytes of key and value, headers
kcat_reads() {
  local p
  for ((p = 0; p < partitions; ++p)); do kcat -C -q -e -b "$cluster" -t "$1" -p "$p" -f '%p %o %T %K %k %S %s %h\n'; done
}
# copy FROM-BUS TOPIC TO-BUS TOPIC [FLAGS OF PRODUCE]
copy() {
  local from=$1 topic=$2 to=$3 name=$4
  shift 4
  consume -e -J -b "$from" "$topic" | produce -q -J -b "$to" --topic "\"$name\"" --keep-partition --partitions "$partitions" "$@"
}
# all_four TOPIC: log -> log -> cluster -> cluster -> log, and all five are the same
all_four() {
  local topic=$1
  copy ./first "$topic" ./second "$topic"
  copy ./second "$topic" "$cluster" "$topic"
  copy "$cluster" "$topic" "$cluster" "$topic.copy"
  copy "$cluster" "$topic.copy" ./third "$topic"
  envelopes ./first "$topic" >wanted
  test -s wanted
  envelopes ./second "$topic" | cmp - wanted
  envelopes "$cluster" "$topic" | cmp - wanted
  envelopes "$cluster" "$topic.copy" | cmp - wanted
  envelopes ./third "$topic" | cmp - wanted
  kcat_reads "$topic" >kcat-first
  test -s kcat-first
  kcat_reads "$topic.copy" | cmp - kcat-first
}

odd_records() {
  cat >odd.ndjson <<'END'
{"partition":0,"ts":1700000000000,"key":"k","headers":[["h","v"],["h",null],["h",""],["",""]],"value":{"a": [1,2.50]}}
{"partition":0,"ts":1,"key":null,"value":null}
{"partition":0,"ts":1700000000001,"key":"","value_text":""}
{"partition":0,"ts":1700000000002,"key":"tombstone","value":null}
{"partition":1,"ts":1700000000003,"key_base64":"/wAKIg==","value_base64":"AP8KDQ=="}
{"partition":1,"ts":1700000000004,"key":"null","value_text":"null"}
{"partition":1,"ts":1700000000005,"key":"two\nlines\u0000","value_text":"two\nlines\u0000"}
{"partition":1,"ts":1699999999999,"key":"earlier than the one before it","value":1}
{"partition":2,"ts":1700000000006,"key":"ключ","headers":[["имя","значение"],["b",{"base64":"/w=="}]],"value":"текст"}
{"partition":2,"ts":null,"key":"no time","value":12345678901234567890}
{"partition":2,"ts":1700000000007,"key":"a member twice","value":{"x":1,"x":2}}
END
  produce -q -J -b ./first --topic '"odd"' --keep-partition --partitions "$partitions" odd.ndjson
  all_four odd
  # As it was typed: nothing was lost before the first log either.
  envelopes ./first odd | sed 's/"offset":[0-9]*,//' | sed 's/^/{/' >as-read
  jq -c 'del(.offset)' as-read >left
  jq -c . odd.ndjson >right
  cmp left right
  printf '0 0 1700000000000 1 k 15 {"a": [1,2.50]} h=v,h=NULL,h=,=\n0 1 1 -1  -1  \n0 2 1700000000001 0  0  \n' >wanted
  printf '0 3 1700000000002 9 tombstone -1  \n' >>wanted
  kcat_reads odd | grep -a '^0 ' | cmp - wanted
}

# Keys, headers and texts of every kind, over three partitions; the size of the real thing.
many_records() {
  local count=100000
  awk -v n="$count" 'BEGIN { for (i = 0; i < n; ++i) printf "{\"partition\":%d,\"ts\":%.0f,\"key\":%s,\"headers\":[[\"n\",\"%d\"]],\"value\":{\"id\":%d,\"user\":\"u%d\",\"price\":%d.50,\"text\":\"%s\"}}\n", i % 3, 1700000000000 + i, i % 5 ? "\"k" i % 1000 "\"" : "null", i, i, i % 997, i % 400, substr("lorem ipsum dolor sit amet consectetur", 1, i % 37) }' >many.ndjson
  produce -q -J -b ./first --topic '"many"' --keep-partition --partitions "$partitions" many.ndjson
  all_four many
  [ "$(wc -l <kcat-first)" = "$count" ]
  # Ground truth by jq alone, from the file that went in.
  jq -r '[.partition, .ts, (.key // ""), (.value | tojson), .headers[0][1]] | join(" ")' many.ndjson | LC_ALL=C sort >wanted
  for ((p = 0; p < partitions; ++p)); do kcat -C -q -e -b "$cluster" -t many.copy -p "$p" -f '%p %T %k %s %h\n'; done |
    sed 's/ n=\([0-9]*\)$/ \1/' >got
  jq -Rrc 'capture("^(?<h>[0-9]+ [0-9]+ [^ {]* ?)(?<v>[{].*[}])(?<t> [0-9]+)$") | .h + (.v | fromjson | tojson) + .t' got | LC_ALL=C sort | cmp - wanted
}

every_codec() {
  local codec
  seq 2000 | produce -q -b ./first --partitions "$partitions" -k key packed
  for codec in none gzip snappy lz4 zstd; do
    copy ./first packed "$cluster" "packed.$codec" -z "$codec"
    copy "$cluster" "packed.$codec" "./log.$codec" packed -z "$codec"
    envelopes ./first packed >wanted
    envelopes "$cluster" "packed.$codec" | cmp - wanted
    envelopes "./log.$codec" packed | cmp - wanted
  done
}

# The broker's time replaces the record's, and the copy keeps what was read: the same time, as the record's own.
append_time() {
  topics create -q -b "$cluster" --partitions "$partitions" -c message.timestamp.type=LogAppendTime stamped
  copy ./first odd "$cluster" stamped
  envelopes "$cluster" stamped >with-type
  [ "$(grep -c '"ts_type":"append"' with-type)" = 11 ]
  copy "$cluster" stamped ./first stamped
  envelopes ./first stamped >kept
  sed 's/,"ts_type":"append"//' with-type | cmp - kept
}

part "odd records: log, log, cluster, cluster, log" odd_records
part "100,000 records: log, log, cluster, cluster, log" many_records
part "every codec, from a log to a cluster and back" every_codec
part "a topic with the broker's own time" append_time
finish
