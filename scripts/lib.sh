# Shared by the scripts beside it: the one list of packages, and the steps every script starts with.
# Sourced, never run. Everything comes from Debian 12; nothing is downloaded when all of it is there.

# libboost1.81-dev conflicts with libboost-dev (1.74): name the version, never the metapackage.
packages_build=(cmake ninja-build g++ pkg-config libcli11-dev libfmt-dev libsimdjson-dev libboost1.81-dev libisal-dev
  zlib1g-dev libzstd-dev liblz4-dev libsnappy-dev libre2-dev librdkafka-dev librocksdb-dev doctest-dev)
packages_test=(jq python3 python3-kafka python3-lz4 python3-snappy python3-zstandard strace)
packages_kafka=(maven openjdk-17-jre-headless kcat librdkafka1 openssl)
packages_bench=(jq gojq miller python3)

say() { printf '==> %s\n' "$*"; }
die() { printf '%s: error: %s\n' "${0##*/}" "$*" >&2; exit 4; }

# Debian's own interpreter: python3-kafka is installed for that one, whatever else stands first in PATH.
python=/usr/bin/python3

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "missing packages and neither root nor sudo. As root: apt-get install --no-install-recommends ${missing[*]}"
  fi
}

# need_packages WHAT PACKAGE...: installs those that are missing.
need_packages() {
  local what=$1 package
  missing=()
  shift
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "packages for $what: all $# are there"
    return
  fi
  say "packages for $what: installing ${missing[*]}"
  command -v apt-get >/dev/null || die "apt-get not found: weir is built on Debian 12"
  local log
  log=$(mktemp)
  # The lists of a fresh machine are empty or stale, so an update comes first.
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
         as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}"; } \
         >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# configure PRESET: ccache is used when it is there, and needed by nothing.
configure() {
  local preset=$1 log launcher=()
  shift
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  log=$(mktemp)
  if ! cmake --preset "$preset" "${launcher[@]}" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "cmake --preset $preset failed"
  fi
  rm -f "$log"
}

# build PRESET TARGET...: prints the time it took; on failure the compiler's words.
build() {
  local preset=$1 log seconds=$SECONDS
  shift
  say "building ($preset): $* (minutes the first time, silent meanwhile)"
  log=$(mktemp)
  if ! cmake --build --preset "$preset" --target "$@" >"$log" 2>&1; then
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Re-)' "$log" | tail -n 80 >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  say "built ($preset) in $((SECONDS - seconds)) s"
}

# build_dir PRESET
build_dir() { [ "$1" = release ] && printf build || printf 'build-%s' "$1"; }
