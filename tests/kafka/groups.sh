#!/usr/bin/env bash
# groups.sh BIN-DIR JARS: groups on a real Apache Kafka: members that are killed and added, and what they do to each other.
# Where no broker can be had it is a skip, exit 77.
set -euo pipefail
bin=$1
export WEIR_KAFKA_JARS=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
/usr/bin/python3 -c 'import kafka' || { echo "SKIP: python3-kafka is not installed"; exit 77; }
folder=$(mktemp -d)
port=$((10000 + $$ % 5000 * 4))
trap '"$root/scripts/kafka-dev" stop --dir "$folder"; rm -rf "$folder"' EXIT
"$root/scripts/kafka-dev" start --port "$port" --dir "$folder"
/usr/bin/python3 "$here/group_members.py" "$bin" "127.0.0.1:$port"
/usr/bin/python3 "$here/group_kills.py" "$bin" "127.0.0.1:$port" 3
