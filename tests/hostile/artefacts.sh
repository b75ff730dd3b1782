#!/bin/sh
# The whole suite, keeping everything its programs write (folders, databases of simulated disks,
# logs), and then a search of all of it, of the suite's own log and of the report of the last proof.
#
#   artefacts.sh BUILD_FOLDER [KIND...]     unit codec flow cli hostile
#
# SCRATCH holds what is kept, several GiB; each kind of test is searched and cleared by itself.
set -eu
cd -- "$(dirname -- "$0")/../.."
build=$1
shift
least=1
[ $# -gt 0 ] || { set -- unit codec flow cli hostile; least=1000; }
scratch=${SCRATCH:-$(mktemp -d)}
export NUDGED_KEEP="$scratch/kept"
jobs=${NUDGED_JOBS:-$(nproc 2>/dev/null || echo 2)}
files=0
logs=0
search() { # PATH...
    line=$(tests/hostile/canary_grep.sh "$@") || { echo "$line"; exit 1; }
    # shellcheck disable=SC2086 # words
    set -- $line
    files=$((files + $2))
    logs=$((logs + $7))
}

for kind in "$@"; do
    rm -rf "$NUDGED_KEEP"
    mkdir -p "$NUDGED_KEEP"
    ctest --test-dir "$build" -j "$jobs" -L "^$kind\$" --no-tests=error --output-on-failure \
        >"$scratch/$kind.out" 2>&1 || { tail -n 60 "$scratch/$kind.out"; exit 1; }
    cp "$build/Testing/Temporary/LastTest.log" "$NUDGED_KEEP/LastTest.txt"
    search "$NUDGED_KEEP"
done
rm -rf "$NUDGED_KEEP"
[ ! -d build/prove ] || find build/prove -maxdepth 1 -name 'report.*' >"$scratch/reports"
if [ -s "$scratch/reports" ]; then search build/prove/report.*; fi
[ "$files" -ge "$least" ] || { echo "only $files files were kept: the suite wrote more"; exit 1; }
echo "proved: $files files of the whole suite searched, 0 secrets; $logs logs, 0 names or addresses"
