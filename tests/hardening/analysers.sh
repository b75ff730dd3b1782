#!/bin/sh
# clang-tidy, cppcheck and GCC's -fanalyzer over the product's sources. Every finding must stand in
# the baseline, where somebody looked at it and wrote down why it stays.
#
#   tests/hardening/analysers.sh             fails on a finding outside the baseline
#   tests/hardening/analysers.sh --list      prints what they find, one "tool|file|check" a line
#
# The baseline was reviewed with the versions in its head; another version of a tool sees other
# things, so its findings are counted but not judged. That each tool sees anything at all is tried
# first, on a function with a leak and an index past the end.
set -eu
cd -- "$(dirname -- "$0")/../.."
baseline=tests/hardening/analysers.baseline
scratch=${SCRATCH:-$(mktemp -d)}
jobs=${NUDGED_JOBS:-$(nproc 2>/dev/null || echo 2)}
# Left out: easily-swappable-parameters sees any two integers side by side; the unsafe-buffer check
# wants functions of C11's Annex K, which no C library here has; err33-c wants a cast on every
# fprintf; recursion is judged by the depth limits of the parsers, which tests try.
checks='-*,bugprone-*,cert-*,clang-analyzer-*,misc-*,-bugprone-easily-swappable-parameters'
checks="$checks,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling"
checks="$checks,-cert-err33-c,-misc-no-recursion"

for tool in clang-tidy cppcheck gcc clang cmake; do
    command -v $tool >/dev/null || { echo "not run: $tool is not installed"; exit 77; }
done

# Headers that the build makes, and a compilation database clang understands
made=$scratch/clang
cmake --preset clang -B "$made" -G Ninja -DNUDGED_TESTS=OFF >"$scratch/configure.log" 2>&1 ||
    { cat "$scratch/configure.log"; exit 1; }
ninja -C "$made" -t targets all | sed -n 's/^\(.*made\/[a-z_]*\.h\): .*/\1/p' |
    xargs ninja -C "$made" >/dev/null
headers=$(pkg-config --variable=includedir libcjson)     # its loops are macros
include="-Iinclude -Isrc -I$made/made"

tidy() { # FILE ...
    printf '%s\n' "$@" | xargs -P "$jobs" -n 1 clang-tidy -p "$made" --quiet --checks="$checks" \
        2>/dev/null | sed "s|^$PWD/||" |
        sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: (warning|error): .*\[([^]]*)\]$/\1|\3/p'
}
check() {
    # shellcheck disable=SC2086  # options
    cppcheck -j "$jobs" --quiet --std=c11 --enable=warning,performance,portability $include \
        -D_GNU_SOURCE '-DNUDGED_VERSION="x"' \
        --include="$headers/cjson/cJSON.h" --template='{file}|{id}' "$@" 2>&1 |
        grep -v -e 'missingInclude' -e "^$headers/" | grep '|' || true
}
analyse() {
    cat >"$scratch/one" <<END
#!/bin/sh
gcc -std=c17 -D_GNU_SOURCE '-DNUDGED_VERSION="x"' $include -O1 -fanalyzer \\
    -include include/nudged/base/banned.h -fdiagnostics-plain-output -c "\$1" -o /dev/null 2>&1 ||
    echo "\$1:1:1: warning: gcc stopped [-Wanalyzer-not-compiled]"
END
    printf '%s\n' "$@" | xargs -P "$jobs" -n 1 sh "$scratch/one" |
        sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: warning: .*\[-W(analyzer-[a-z-]*)\]$/\1|\2/p'
}
findings() {
    tidy "$@" | sed 's/^/clang-tidy|/'
    check "$@" | sed 's/^/cppcheck|/'
    analyse "$@" | sed 's/^/gcc|/'
}

# A file of the product with two faults, in the place of the real one, seen by all three?
plant() {
    cat >"$scratch/planted.c" <<'END'
#include <stdlib.h>
int planted(int index);
int planted(int index)
{
    int numbers[4] = { 1, 2, 3, 4 };
    char *leak = malloc(10);
    if (!leak)
        return numbers[4];
    free(leak);
    free(leak);
    return index;
}
END
    clang-tidy --quiet --checks="$checks" "$scratch/planted.c" -- -std=c17 2>/dev/null |
        grep -q 'clang-analyzer-' || { echo "clang-tidy is blind"; exit 1; }
    [ -n "$(check "$scratch/planted.c")" ] || { echo "cppcheck is blind"; exit 1; }
    analyse "$scratch/planted.c" | grep -q 'analyzer-' ||
        { echo "gcc -fanalyzer is blind"; exit 1; }
}

major() { # COMMAND: its major version
    case $1 in
    gcc) gcc -dumpversion | cut -d . -f 1 ;;
    cppcheck) cppcheck --version | sed -E 's/[^0-9]*([0-9]+\.[0-9]+).*/\1/' ;;
    *) "$1" --version | sed -nE 's/.*version ([0-9]+)\..*/\1/p' | head -n 1 ;;
    esac
}

plant
files=$(find src -name '*.c' | sort)
# shellcheck disable=SC2086  # a list of files
findings $files | sort | uniq -c | sed -E 's/^ *([0-9]+) (.*)/\2|\1/' >"$scratch/found"
if [ "${1:-}" = --list ]; then
    cat "$scratch/found"
    exit
fi
others=
for tool in clang-tidy cppcheck gcc; do
    reviewed=$(sed -n "s/^# reviewed with $tool //p" $baseline)
    if [ "$(major $tool)" != "$reviewed" ]; then
        others="$others; $tool $(major $tool) not judged, reviewed with $reviewed:"
        others="$others $(grep -c "^$tool|" "$scratch/found" || true) kinds of findings"
        sed -i "/^$tool|/d" "$scratch/found"
    fi
done
awk -F ' *[|] *' '
    FNR == NR { if (!/^#/ && NF >= 5) most[$1 "|" $2 "|" $3] = $4; next }
    $4 > most[$1 "|" $2 "|" $3] + 0 {
        printf "%s: %s: %s (%d times, the baseline has %d)\n", $2, $1, $3, $4,
            most[$1 "|" $2 "|" $3]
    }' $baseline "$scratch/found" >"$scratch/new"
if [ -s "$scratch/new" ]; then
    cat "$scratch/new"
    exit 1
fi
total=$(awk -F '|' '{ sum += $4 } END { print sum + 0 }' "$scratch/found")
echo "proved: 3 analysers over $(echo "$files" | wc -l | tr -d ' ') sources, $total findings, all" \
    "in a baseline of $(grep -c '^[^#].*|' $baseline) reviewed entries$others"
