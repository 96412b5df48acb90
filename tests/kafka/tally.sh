# Sourced by the scripts of this folder, to tally as tests/support/tally.h does.
failures=0
tally() { # STATUS SECONDS NAME REASON
  printf '%s: %s%s\n' "$1" "$3" "${4:+: $4}"
  [ -z "${WEIR_TALLY-}" ] || printf '%s\t%d\t%s%s: %s\t%s\n' "$1" "$2" "${WEIR_TALLY_PREFIX-}" "${WEIR_TEST-}" "$3" "$4" >>"$WEIR_TALLY"
}
# part NAME FUNCTION: runs it with set -e in a shell of its own; finish is false when one failed.
part() {
  local start=$SECONDS code
  set +e # behind || a function would go on after what failed
  (set -e; "$2")
  code=$?
  set -e
  if [ "$code" = 0 ]; then
    tally passed $((SECONDS - start)) "$1" ""
  else
    failures=$((failures + 1))
    tally failed $((SECONDS - start)) "$1" "see above"
  fi
}
skip() { tally skipped 0 "$1" "$2"; }
finish() { [ "$failures" = 0 ]; }
