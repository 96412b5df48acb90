#!/usr/bin/env bash
# secure.sh BIN-DIR JARS: TLS, passwords and rights on a real Apache Kafka (scripts/kafka-dev --secure). Where no broker can be
# had it is a skip, exit 77.
set -euo pipefail
bin=$1
export WEIR_KAFKA_JARS=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
port=${3-$((10000 + $$ % 5000 * 4))}
kafka_dev() { "$root/scripts/kafka-dev" "$1" --secure --port "$port" --dir "$folder"; }
trap 'kafka_dev kill; rm -rf "$folder"' EXIT
command -v openssl >/dev/null || { echo "SKIP: openssl is not installed"; exit 77; }
kafka_dev start
export PATH=$bin:$PATH
cd "$folder"
bus=127.0.0.1:$port tls=kafkas://127.0.0.1:$((port + 3))

# expect CODE WORDS COMMAND...: the exit code, and what stderr says. stdin: one line.
expect() {
  local code=$1 words=$2 found=0
  shift 2
  echo "${line-a}" >input
  "$@" <input >out 2>said || found=$?
  if [ "$found" != "$code" ] || { [ -n "$words" ] && ! grep -qF -- "$words" said; }; then
    printf 'failed: %s: exit %s instead of %s, said:\n' "$*" "$found" "$code"
    cat said
    exit 1
  fi
}
with() { sed -e "$1" weir.conf >changed.conf; }

expect 0 "made topic 't'" produce -b "$bus" -F weir.conf t
expect 0 "" consume -q -e -b "$bus" -F weir.conf t
echo a | cmp - out
with '/^security.protocol/d'
expect 0 "" produce -q -b "kafkas://$bus" -F changed.conf t
# A Java client's file will do, as far as librdkafka has the same.
{
  sed '/^sasl.username/d; /^sasl.password/d' weir.conf
  printf 'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\\n  username="weir" password="%s";\n' \
    "$(sed -n 's/^sasl.password=//p' weir.conf)"
} >java.properties
expect 0 "" produce -q -b "$bus" -F java.properties t
# The client by itself looks for a new topic after a second. A busy machine may take long for other reasons, but not always.
made_at_once() {
  local begun=$(date +%s%N)
  expect 0 "made topic '$1'" produce -b "$bus" -F weir.conf "$1"
  [ $(($(date +%s%N) - begun)) -lt 900000000 ]
}
made_at_once quick || made_at_once quicker || made_at_once quickest
line='{"partition":3,"value":1}' expect 2 "hint: topics alter --partitions 4 kept" produce -J --keep-partition -b "$bus" -F weir.conf kept
echo "passed: TLS with a user and a password"

expect 0 "" produce -q -b "$tls" -X "ssl.ca.location=$folder/ca.pem" t
begun=$(date +%s%N)
expect 6 "hint: -X ssl.ca.location=FILE" produce -b "$tls" t
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout other.key -out other.pem 2>openssl.log
expect 6 "certificate" produce -b "$tls" -X "ssl.ca.location=$folder/other.pem" t
[ $(($(date +%s%N) - begun)) -lt 5000000000 ] # nobody waits for a certificate to get better
expect 5 "hint: -b kafka://" produce -b "kafkas://127.0.0.1:$((port + 2))" t
expect 5 "hint: -b kafkas://" produce -b "127.0.0.1:$((port + 3))" t
echo "passed: kafkas:// trusts who it is told to, and nobody else"

with 's/^sasl.password=.*/sasl.password=wrong/'
expect 6 "Authentication failed" produce -b "$bus" -F changed.conf t
expect 6 "hint: -F FILE, with sasl.username" consume -e -b "$bus" -F changed.conf t
expect 2 "a secret on the command line" produce -b "$bus" -X sasl.password=x t
echo "passed: a wrong password is exit 6, and one on the command line is refused"

guest=(-b "$bus" -F guest.conf)
expect 0 "" consume -q -e -g readers -b "$bus" -F weir.conf t
expect 6 "cannot use topic 't' of $bus: Broker: Topic authorization failed" produce "${guest[@]}" t
expect 6 "topic 'another'" produce "${guest[@]}" another
expect 6 "topic 't'" consume -e "${guest[@]}" t
expect 6 "topic 't'" consume -e -g readers "${guest[@]}" t
expect 6 "topic 'another'" topics create "${guest[@]}" another
expect 6 "topic 't'" topics describe "${guest[@]}" t
expect 6 "topic 't'" topics delete "${guest[@]}" t
expect 6 "topic 't'" topics alter --partitions 3 "${guest[@]}" t
for verb in describe "reset --to start" delete; do expect 6 "group 'readers'" groups $verb "${guest[@]}" readers; done
expect 0 "" topics list "${guest[@]}" # of what may be seen
cmp /dev/null out
expect 0 "" groups list "${guest[@]}"
cmp /dev/null out
echo "passed: who may nothing is exit 6, and told of what"

grant() { # OPERATIONS RESOURCE...
  local operation operations=()
  for operation in $1; do operations+=(--operation "$operation"); done
  java -Xmx128m -cp "$WEIR_KAFKA_JARS/*" org.apache.kafka.tools.AclCommand --bootstrap-server "127.0.0.1:$((port + 2))" \
    --add --allow-principal User:guest "${operations[@]}" "${@:2}" >acl.log 2>&1 || { cat acl.log; exit 1; }
}
grant "Read Describe" --topic t
expect 0 "" consume -q -e "${guest[@]}" t
head -n 1 out | cmp - <(echo a)
begun=$(date +%s%N)
expect 6 "group 'readers'" consume -e -g readers "${guest[@]}" t
expect 6 "group 'readers'" consume -e -g readers "${guest[@]}" ^t
[ $(($(date +%s%N) - begun)) -lt 5000000000 ] # nobody waits for a right
expect 6 "right to write to topic 't'" produce "${guest[@]}" t
expect 6 "delete topic 't'" topics delete "${guest[@]}" t
expect 6 "topic 't' 3 partitions" topics alter --partitions 3 "${guest[@]}" t
expect 6 "settings of topic 't'" topics alter --config retention.ms=1 "${guest[@]}" t
grant "Read Describe" --group readers
expect 0 "" consume -e -g readers "${guest[@]}" t
expect 0 "" groups describe "${guest[@]}" readers
expect 6 "delete group 'readers'" groups delete "${guest[@]}" readers
grant "Write" --topic t
expect 0 "" produce "${guest[@]}" t
expect 6 "topic 'another'" produce "${guest[@]}" another
echo "passed: who may some is told of the rest"

# librdkafka before 2.6.1 answers SCRAM in a way that Kafka refuses since 3.8.1.
with 's/^sasl.mechanism=.*/sasl.mechanism=SCRAM-SHA-512/'
if echo a | produce -q -b "$bus" -F changed.conf t 2>said; then
  expect 0 "" consume -q -e -b "$bus" -F changed.conf t
  echo "passed: SCRAM"
else
  expect 6 "SCRAM needs librdkafka 2.6.1" produce -b "$bus" -F changed.conf t
  echo "passed: SCRAM with an old librdkafka is exit 6, and says why"
fi
