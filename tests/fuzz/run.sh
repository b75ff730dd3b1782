#!/bin/sh
# Runs fuzz targets that were built: run.sh BUILD SECONDS [TARGET ...], all of them without a name.
#
# What a target finds worth keeping stays in BUILD/corpus/TARGET, an input it dies of in
# BUILD/crashes. The file `seeds` says where each target begins and how long its inputs are.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
top=$(cd -- "$here/../.." && pwd)
build=$(cd -- "$1" && pwd)
seconds=$2
shift 2
mkdir -p "$build/crashes"

run() {
    name=$1
    line=$(grep "^$name |" "$here/seeds") || {
        echo "there is no fuzz target '$name'; tests/fuzz/seeds lists them" >&2
        return 64
    }
    longest=$(echo "$line" | cut -d '|' -f 2 | tr -d ' ')
    mkdir -p "$build/corpus/$name"
    set -- "$build/corpus/$name"
    for folder in $(echo "$line" | cut -d '|' -f 3); do
        case $folder in
        /*) ;;
        *) folder=$top/$folder ;;
        esac
        set -- "$@" "$folder"
    done
    echo "fuzz: $name, $seconds s" >&2
    [ ! -e "$here/$name.dict" ] || set -- "-dict=$here/$name.dict" "$@"
    log=$build/$name.log
    if ! ASAN_OPTIONS=detect_stack_use_after_return=1:quarantine_size_mb=32 \
        UBSAN_OPTIONS=print_stacktrace=1 "$build/fuzz_$name" \
        -max_total_time="$seconds" -max_len="$longest" -timeout=5 -rss_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix="$build/crashes/$name-" \
        "$@" >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        echo "fuzz: to repeat, $build/fuzz_$name and the file that was written" >&2
        return 1
    fi
    grep -e '^stat::number_of_executed_units' -e '^stat::average_exec' "$log" >&2
}

# shellcheck disable=SC2046  # a list of words
[ $# -gt 0 ] || set -- $(grep -v '^#' "$here/seeds" | cut -d ' ' -f 1)
for target; do
    run "$target"
done
