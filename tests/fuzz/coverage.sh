#!/bin/sh
# Which lines of the parsers are reached: by the unit and codec tests, and by N executions of the
# fuzz targets, in a build that counts lines (preset coverage).
#
#   coverage.sh BUILD N SEED       a table; 1 when a file of tests/fuzz/parsers is below 85 %
#   coverage.sh BUILD lines FILE   the lines of one of them that nothing has reached
set -eu
cd -- "$(dirname -- "$0")/../.."
build=$(cd -- "$1" && pwd)
floor=85

# counts FILE: "lines percent" of a source file of src/
counts() {
    folder=${1%%/*}
    (cd "$build" && gcov -n "CMakeFiles/nudged_$folder.dir/src/$1.gcda" 2>/dev/null) |
        awk -v file="/src/$1'" 'index($0, file) && /^File / { here = 1; next }
            here && /^Lines executed/ { sub(/.*:/, ""); sub(/% of/, ""); print $2, $1; exit }'
}

if [ "$2" = lines ]; then
    folder=${3%%/*}
    (cd "$build" && gcov -t "CMakeFiles/nudged_$folder.dir/src/$3.gcda" 2>/dev/null) |
        awk -v file="/src/$3" 'index($0, "0:Source:") { here = index($0, file) } here && /#####/'
    exit 0
fi

find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -L '^(unit|codec)$' -j "$(nproc)" --output-on-failure --no-tests=error
tests/fuzz/run.sh "$build" count "$2" "$3"

lines=0 reached=0 low=0 files=0
while read -r file; do
    case $file in '#'* | '') continue ;; esac
    set -- $(counts "$file")
    [ $# -eq 2 ] || { echo "coverage: nothing is known of $file"; exit 1; }
    here=$(echo "$1 $2" | awk '{ printf "%d", $1 * $2 / 100 + 0.5 }')
    mark=
    [ $((here * 100)) -ge $(($1 * floor)) ] || { mark=' <'; low=$((low + 1)); }
    printf '%-36s %5d lines %7s %%%s\n' "$file" "$1" "$2" "$mark"
    lines=$((lines + $1)) reached=$((reached + here)) files=$((files + 1))
done <tests/fuzz/parsers
percent=$(echo "$reached $lines" | awk '{ printf "%.1f", 100 * $1 / $2 }')
[ $low -eq 0 ] || { echo "$low of $files files are below $floor %"; exit 1; }
echo "proved: $reached of $lines lines reached in $files parsers, $percent %," \
    "each file $floor % or more"
