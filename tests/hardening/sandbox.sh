#!/bin/sh
# The shipped unit's sandbox: how exposed systemd says it is, and whether the product lives in it.
#
#   tests/hardening/sandbox.sh build/optimised [CTEST ARGUMENTS]
#
# The system call filter, the address families and what the unit says of memory and namespaces are
# made into one seccomp filter, and the tests run under it with everything they start, the daemon
# too. The filter must refuse a list of calls, and a filter that lacks one call the daemon needs
# must make the same tests fail.
set -eu
build=$(cd -- "${1:?a build folder}" && pwd)
shift
cd -- "$(dirname -- "$0")/../.."
unit=deploy/nudged.service
scratch=${SCRATCH:-$(mktemp -d)}
exposure_max=15         # tenths, as --threshold counts

not_run() {
    echo "not run: $*"
    exit 77
}

command -v systemd-analyze >/dev/null || not_run "systemd-analyze is not installed"
case $(uname -m) in x86_64 | aarch64) ;; *) not_run "the filter knows x86-64 and arm64" ;; esac

# A copy whose program exists, or systemd looks no further.
sed "s|^ExecStart=/usr/bin/nudged|ExecStart=$build/nudged|" $unit >"$scratch/nudged.service"
if ! systemd-analyze security --offline=true --threshold=$exposure_max --no-pager \
    "$scratch/nudged.service" >"$scratch/security"; then
    cat "$scratch/security"
    echo "more exposed than $exposure_max tenths"
    exit 1
fi
exposure=$(sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p' "$scratch/security")

setting() { sed -n "s/^$1=//p" $unit; }
for line in MemoryDenyWriteExecute=yes RestrictNamespaces=yes SystemCallArchitectures=native; do
    grep -qx "$line" $unit || { echo "the unit does not say $line, the filter here would"; exit 1; }
done

# names GROUP-OR-NAME ...: the system calls in them
names() {
    for word; do
        case $word in
        @*)
            systemd-analyze syscall-filter --no-pager "$word" | sed '1d; s/^ *//; /^#/d; /^$/d' |
                while read -r member; do names "$member"; done
            ;;
        *) echo "$word" ;;
        esac
    done
}

compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
number_of() { # MACRO-PREFIX HEADER: "name number" of its constants
    printf '#include <%s>\n' "$2" | "$compiler" -D_GNU_SOURCE -E -dM - |
        awk -v prefix="$1" 'index($2, prefix) == 1 && $3 ~ /^[0-9]+$/ {
            print substr($2, length(prefix) + 1), $3 }'
}

# A list allows, one with ~ takes away again; what every program needs the manager adds by itself.
filter_lists() {
    : >"$scratch/allowed"
    setting SystemCallFilter | while read -r list; do
        case $list in
        \~*)
            # shellcheck disable=SC2086  # a list of words
            names ${list#\~} | sort -u >"$scratch/taken"
            sort -u "$scratch/allowed" | comm -23 - "$scratch/taken" >"$scratch/left"
            mv "$scratch/left" "$scratch/allowed"
            ;;
        *)
            # shellcheck disable=SC2086
            names $list >>"$scratch/allowed"
            ;;
        esac
    done
    names @default execve >>"$scratch/allowed"
}

# rules FILE [NAME ...]: as seccomp_run reads them, without the calls named
rules() {
    file=$1
    shift
    number_of __NR_ sys/syscall.h >"$scratch/numbers"
    number_of E errno.h | sed 's/^/E/' | grep "^$(setting SystemCallErrorNumber) " |
        sed 's/.* /errno /' >"$file"
    sort -u "$scratch/allowed" | grep -vFx "$(printf '%s\n' none "$@")" |
        awk 'NR == FNR { number[$1] = $2; next } $1 in number { print "allow", number[$1] }' \
            "$scratch/numbers" - >>"$file"
    for family in $(setting RestrictAddressFamilies); do
        case $family in
        AF_UNIX) echo "family 1" ;;
        AF_INET) echo "family 2" ;;
        AF_INET6) echo "family 10" ;;
        *) echo "family unknown $family" ;;
        esac
    done >>"$file"
}

run_tests() { # RULES CTEST-ARGUMENTS
    list=$1
    shift
    "$scratch/seccomp_run" "$list" ctest --test-dir "$build" --output-on-failure --no-tests=error \
        -j "${NUDGED_JOBS:-2}" "$@"
}

"$compiler" -D_GNU_SOURCE -std=c17 -O1 -Wall -Wextra -Werror tests/hardening/seccomp_run.c \
    -o "$scratch/seccomp_run"
filter_lists
rules "$scratch/rules"
rules "$scratch/rules.tight" fsync fdatasync
code=0
"$scratch/seccomp_run" "$scratch/rules" --try >"$scratch/tried" || code=$?
[ $code -ne 99 ] || not_run "this kernel takes no seccomp filter here"
[ $code -eq 0 ] || { cat "$scratch/tried"; exit 1; }

[ $# -gt 0 ] || set -- -LE '^more$'
if ! run_tests "$scratch/rules" "$@" >"$scratch/tests.log" 2>&1; then
    grep -vE '^ *[0-9]+/[0-9]+ .*Passed|^ *Start' "$scratch/tests.log" | tail -n 60
    exit 1
fi
if run_tests "$scratch/rules.tight" -R cli_daemon_test >"$scratch/tight.log" 2>&1; then
    echo "the daemon's tests pass though it may not sync: they do not run under the filter"
    exit 1
fi
echo "proved: exposure $exposure, $(grep -c ^allow "$scratch/rules") system calls allowed," \
    "$(tail -n 1 "$scratch/tried") forbidden ones refused," \
    "$(sed -n 's/.*failed out of //p' "$scratch/tests.log") test programs alive under the filter"
