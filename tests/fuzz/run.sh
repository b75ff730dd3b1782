#!/bin/sh
# Runs fuzz targets that were built, all of them or those named.
#
#   run.sh BUILD time SECONDS [TARGET ...]    with libFuzzer, each that long; what a target finds
#                                             worth keeping stays in BUILD/corpus/TARGET
#   run.sh BUILD count N SEED [TARGET ...]    N executions of them all, shared as the file `seeds`
#                                             says; prints what was done
#
# An input that a target dies of stays in BUILD/crashes. The file `seeds` says where each target
# begins and how long its inputs are.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
top=$(cd -- "$here/../.." && pwd)
build=$(cd -- "$1" && pwd)
how=$2
amount=$3
shift 3
seed= still=
if [ "$how" = count ]; then
    seed=$1
    shift
    # libFuzzer hashes addresses, so the same run needs the same addresses
    ! setarch -R true 2>/dev/null || still='setarch -R'
fi
mkdir -p "$build/crashes" "$build/logs"
export ASAN_OPTIONS="detect_stack_use_after_return=1:quarantine_size_mb=32:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"

# row TARGET FIELD: 2 the longest input, 3 its share, 4 folders of seeds
row() { awk -F ' *[|] *' -v name="$1" -v field="$2" '$1 == name { print $field }' "$here/seeds"; }

# start TARGET ARGUMENT ...: runs it over its seeds, its words in BUILD/logs/TARGET.log
start() {
    name=$1
    shift
    for folder in $(row "$name" 4); do
        case $folder in
        /*) set -- "$@" "$folder" ;;
        *) set -- "$@" "$top/$folder" ;;
        esac
    done
    [ ! -d "$here/corpus/$name" ] || set -- "$@" "$here/corpus/$name"
    [ ! -e "$here/$name.dict" ] || set -- "-dict=$here/$name.dict" "$@"
    log=$build/logs/$name.log
    $still "$build/fuzz_$name" -max_len="$(row "$name" 2)" -timeout=60 -rss_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix="$build/crashes/$name-" "$@" >"$log" 2>&1 && return
    tail -n 60 "$log" >&2
    echo "fuzz: $name died; to repeat, $build/fuzz_$name -runs=1 and the file" \
        "$build/crashes/$name-..." >&2
    return 1
}

for_a_time() {
    mkdir -p "$build/corpus/$1"
    echo "fuzz: $1, $amount s" >&2
    start "$1" -max_total_time="$amount" "$build/corpus/$1"
    grep -e '^stat::number_of_executed_units' -e '^stat::average_exec' -e '^slowest' "$log" >&2
}

# What libFuzzer finds on the way is thrown away, and it does not look at what is compared (that
# depends on more than the input): the next run of the same seed is the same, but for a few inputs.
# Ours, without libFuzzer, gives exactly the same. An input that kills is kept in any case.
count_out() {
    shares=0 done=0 slowest=0 crashes=0
    for target; do shares=$((shares + $(row "$target" 3))); done
    for target; do
        runs=$((amount * $(row "$target" 3) / shares + 1))
        rm -rf "$build/found"
        mkdir "$build/found"
        start "$target" -seed=$((seed % 4294967295 + 1)) -runs=$runs -reload=0 -use_cmp=0 \
            "$build/found" || {
            crashes=$((crashes + 1))
            continue
        }
        ran=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        took=$(sed -n 's/^slowest input: \([0-9]*\) ms/\1/p' "$log")
        done=$((done + ran))
        [ "$took" -le "$slowest" ] || slowest=$took
        printf '%-16s %9d executions, slowest %4d ms\n' "$target" "$ran" "$took"
    done
    [ $crashes -eq 0 ] || { echo "$crashes of $# targets died"; return 1; }
    echo "proved: $(echo $done | sed ':a;s/\B[0-9]\{3\}\>/,&/;ta') executions of $# targets," \
        "0 crashes, slowest input $slowest ms"
}

for target; do
    [ -n "$(row "$target" 1)" ] || {
        echo "there is no fuzz target '$target'; tests/fuzz/seeds lists them" >&2
        exit 64
    }
done
# shellcheck disable=SC2046  # a list of words
[ $# -gt 0 ] || set -- $(grep -v '^#' "$here/seeds" | cut -d ' ' -f 1)
case $how in
time) for target; do for_a_time "$target"; done ;;
count) count_out "$@" ;;
esac
