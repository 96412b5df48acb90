#!/usr/bin/env bash
# broker.sh E2E_RUNNER BIN-DIR CASES JARS: the end-to-end suite on a real Apache Kafka, then README's way to a cluster, kcat
# beside our tools, copies, and topics with transactions and compaction. Where no broker can be had each case counts as
# skipped, with the reason.
set -euo pipefail
runner=$1 bin=$2 cases=$3
export WEIR_KAFKA_JARS=$4
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
port=$((10000 + $$ % 5000 * 4))
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
failed=0
"$runner" "$bin" "$cases" || failed=1

here=$root/tests/kafka
. "$here/tally.sh"
export PATH=$bin:$PATH
"$here/readme.sh" "$WEIR_E2E_BUS" || failed=1
if command -v kcat >/dev/null; then
  for script in kcat copies holes; do "$here/$script.sh" "$WEIR_E2E_BUS" || failed=1; done
else
  skip "kcat and our tools read each other; copies in four directions; transactions and compaction" "kcat is not installed"
fi
exit "$failed"
