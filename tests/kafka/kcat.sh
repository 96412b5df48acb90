#!/usr/bin/env bash
# kcat.sh CLUSTER: kcat reads what we write, and we read what kcat writes: keys, headers, nulls, times. The tools are first
# in PATH.
set -euo pipefail
export WEIR_BUS=$1
. "$(dirname "${BASH_SOURCE[0]}")/tally.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
same() { diff "$1" "$2"; }

kcat_reads_ours() {
  produce -q -J <<'END'
{"topic":"ours","ts":1700000000123,"key":"k","headers":[["h","1"],["n",null],["h",""]],"value":{"a":1}}
{"topic":"ours","ts":1700000000124,"key":null,"value":null}
{"topic":"ours","ts":1700000000125,"key":"","value_text":""}
{"topic":"ours","ts":1700000000126,"key":"k","value_text":"null"}
END
  kcat -b "$WEIR_BUS" -C -q -e -t ours -f '%T %K[%k] %S[%s] %h\n' >got
  printf '%s\n' '1700000000123 1[k] 7[{"a":1}] h=1,n=NULL,h=' '1700000000124 -1[] -1[] ' '1700000000125 0[] 0[] ' \
    '1700000000126 1[k] 4[null] ' >wanted
  same got wanted
}

we_read_kcats() {
  topics create -q theirs
  local before=$(date +%s%3N)
  printf 'k:v\n:empty key\nlast:\n' | kcat -b "$WEIR_BUS" -P -t theirs -K : -Z -H h=1 -H e= -H h=2
  consume -e -J theirs | jq -c '[.key, .value_text, .value, .headers]' >got
  printf '%s\n' '["k","v",null,[["h","1"],["e",""],["h","2"]]]' '[null,"empty key",null,[["h","1"],["e",""],["h","2"]]]' \
    '["last",null,null,[["h","1"],["e",""],["h","2"]]]' >wanted
  same got wanted
  # Their clock is ours: the times are of this moment.
  consume -e -J theirs | jq -e --argjson before "$before" 'select(.ts < $before or .ts > $before + 60000)' && return 1
  return 0
}

# The same bytes as a format of each: theirs read by us, ours read by them.
formats_agree() {
  seq 100 | produce -q --partitions 3 -z zstd -k key agreed
  consume -e -f '%t %p %o %k %s\n' agreed | LC_ALL=C sort >got
  kcat -b "$WEIR_BUS" -C -q -e -t agreed -f '%t %p %o %k %s\n' | LC_ALL=C sort >wanted
  same got wanted
  [ "$(wc -l <got)" = 100 ]
}

# Keys are partitioned alike, so a program of one kind may take over from the other.
keys_go_to_the_same_partitions() {
  topics create -q --partitions 7 by-kcat
  for i in $(seq 50); do echo "key-$i:$i"; done >lines
  kcat -b "$WEIR_BUS" -P -t by-kcat -K : -X topic.partitioner=murmur2_random <lines
  produce -q --partitions 7 -K : by-weir <lines
  consume -e -f '%k %p\n' by-kcat | LC_ALL=C sort >wanted
  consume -e -f '%k %p\n' by-weir | LC_ALL=C sort | diff - wanted
}

# kcat -J is read by produce -J.
envelopes_of_kcat_are_read() {
  kcat -b "$WEIR_BUS" -C -q -e -J -t theirs | produce -q -J --topic '"from-kcat"'
  consume -e -J theirs | jq -c '[.ts, .key, .value, .headers]' >wanted
  consume -e -J from-kcat | jq -c '[.ts, .key, .value, .headers]' >got
  same got wanted
}

part "kcat reads what we write" kcat_reads_ours
part "we read what kcat writes" we_read_kcats
part "-f means the same to both" formats_agree
part "keys go to the same partitions" keys_go_to_the_same_partitions
part "envelopes of kcat are read" envelopes_of_kcat_are_read
finish
