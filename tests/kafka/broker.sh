#!/usr/bin/env bash
# broker.sh E2E_RUNNER BIN-DIR CASES JARS: the end-to-end suite on a real Apache Kafka, and kcat beside our tools.
# Where no broker can be had each case counts as skipped, with the reason.
set -euo pipefail
runner=$1 bin=$2 cases=$3
export WEIR_KAFKA_JARS=$4
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
port=$((20000 + $$ % 20000 / 2 * 2))
trap '"$root/scripts/kafka-dev" stop --dir "$folder"; rm -rf "$folder"' EXIT
status=0
said=$("$root/scripts/kafka-dev" start --port "$port" --dir "$folder") || status=$?
if [ "$status" = 77 ]; then
  echo "$said"
  WEIR_E2E_SKIP=${said#SKIP: } "$runner" "$bin" "$cases"
  exit 77
fi
[ "$status" = 0 ] || exit "$status"

export WEIR_E2E_BUS=127.0.0.1:$port
"$runner" "$bin" "$cases"

command -v kcat >/dev/null || { echo "SKIP: kcat is not installed"; exit 77; }
export PATH=$bin:$PATH WEIR_BUS=$WEIR_E2E_BUS
cd "$folder"
produce -q -J <<'END'
{"topic":"ours","ts":1700000000123,"key":"k","headers":[["h","1"],["n",null]],"value":{"a":1}}
{"topic":"ours","ts":1700000000124,"key":null,"value":null}
END
kcat -b "$WEIR_BUS" -C -q -e -t ours -f '%T %k %S %s %h\n' >kcat-reads
printf '1700000000123 k 7 {"a":1} h=1,n=NULL\n1700000000124  -1  \n' >wanted
diff kcat-reads wanted
topics create -q theirs
printf 'k:v\n:empty key\nlast:\n' | kcat -b "$WEIR_BUS" -P -t theirs -K : -Z -H h=1
consume -e -J theirs | jq -c '[.key, .value_text, .value, .headers]' >we-read
printf '%s\n' '["k","v",null,[["h","1"]]]' '[null,"empty key",null,[["h","1"]]]' '["last",null,null,[["h","1"]]]' >wanted
diff we-read wanted
echo "kcat reads what we write, and the other way round"
