#!/bin/sh
# Bugs that people make, planted one at a time: does the suite notice?
#
#   tests/planted/run.sh [NAME ...]          every patch of this folder, or those named
#   tests/planted/run.sh --check             only whether every patch still applies
#
# A patch says in its head what it breaks and, after "killer:", which test program must fail. The
# bugs are planted in a copy of the tree, with sanitizers. Where the killer lets one pass the whole
# suite is asked, and the bug is reported with whoever caught it; a bug that nobody catches is a
# missing test, and breaks the promise.
set -eu
cd -- "$(dirname -- "$0")/../.."
most_seconds=300        # of one program; a bug may also make it hang

killer_of() { sed -n 's/^killer: //p' "$1"; }

check() {
    count=0
    for patch in tests/planted/*.patch; do
        [ -n "$(killer_of "$patch")" ] || { echo "$patch names no killer"; exit 1; }
        patch -p1 --dry-run --forward --fuzz=1 <"$patch" >/dev/null ||
            { echo "$patch does not apply any more"; exit 1; }
        count=$((count + 1))
    done
    [ $count -ge 12 ] || { echo "only $count patches"; exit 1; }
    echo "$count patches apply"
}

command -v patch >/dev/null || { echo "not run: patch is not installed"; exit 77; }
if [ "${1:-}" = --check ]; then
    check
    exit
fi

jobs=${NUDGED_JOBS:-$(nproc 2>/dev/null || echo 2)}
scratch=${SCRATCH:-$(mktemp -d)}
top=$PWD
tree=$scratch/tree
mkdir -p "$tree"
tar -c --exclude=./build --exclude=node_modules --exclude=./.git . | tar -x -C "$tree"
cd "$tree"
cmake --preset asan -G Ninja >"$scratch/configure.log" 2>&1 ||
    { cat "$scratch/configure.log"; exit 1; }

build() { cmake --build build/asan -j "$jobs" --target "$@" >"$scratch/build.log" 2>&1; }
run() { # TEST: fails when the test does; its output is in run.log
    (cd build/asan && timeout $most_seconds ctest -R "^$1\$" --no-tests=error --output-on-failure) \
        >"$scratch/run.log" 2>&1
}
# What said so first, for the report
complaint() {
    sed -n 's/^\[  FAILED  \] \([a-z_0-9]*\)$/\1/p; s/.*\(AddressSanitizer: [a-z-]*\).*/\1/p;
        s/.*\(LeakSanitizer\): detected.*/\1/p; s/.*runtime error: /runtime error: /p;
        s/.*\*\*\*\(Timeout\).*/\1/p; s/.*\*\*\*\(Exception\).*/\1/p' "$scratch/run.log" | head -n 1
}
# The name of a program that fails, twice: a busy machine can make a test late once.
whole_suite() {
    build all || return 0
    (
        cd build/asan
        ctest -LE '^more$' -E '^tidy_planted$' -j "$jobs" --timeout $most_seconds ||
            ctest --rerun-failed --timeout $most_seconds
    ) >"$scratch/suite.log" 2>&1 && return 0
    tail -n 40 "$scratch/suite.log" |
        sed -n 's/^[[:space:]]*[0-9]* - \([a-z_0-9]*\) (.*/\1/p' | head -n 1
}

if [ $# -gt 0 ]; then
    patches=$(for name; do ls tests/planted/"$name"*.patch; done)
else
    patches=$(ls tests/planted/*.patch)
fi
killers=$(for patch in $patches; do killer_of "$patch"; done | sort -u)
# shellcheck disable=SC2086  # a list of targets
build $killers || { tail -n 20 "$scratch/build.log"; exit 1; }
for killer in $killers; do
    run "$killer" || { echo "$killer fails without any bug"; cat "$scratch/run.log"; exit 1; }
done

killed=0
survived=0
for patch in $patches; do
    name=$(basename "$patch" .patch)
    killer=$(killer_of "$patch")
    patch -p1 --batch -s --fuzz=1 <"$patch"
    if ! build "$killer"; then
        echo "$name does not compile:"
        grep -m 5 -E 'error|FAILED' "$scratch/build.log" | sed 's/^/    /'
        survived=$((survived + 1))
    elif ! run "$killer" && ! run "$killer"; then
        printf '%-32s killed by %s: %s\n' "$name" "$killer" "$(complaint)"
        killed=$((killed + 1))
    else
        by=$(whole_suite)
        if [ -n "$by" ]; then
            printf '%-32s survived %s, killed by %s\n' "$name" "$killer" "$by"
            killed=$((killed + 1))
        else
            printf '%-32s SURVIVED the whole suite\n' "$name"
            survived=$((survived + 1))
        fi
    fi
    patch -p1 --batch -s -R --fuzz=1 <"$patch"
done
cd "$top"
[ $survived -eq 0 ] || { echo "$survived of $((killed + survived)) bugs survived"; exit 1; }
echo "proved: $killed planted bugs, $killed noticed by the suite, 0 survived"
