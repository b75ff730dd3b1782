#!/bin/sh
# Runs the goals of tests/prove/goals and writes the report. Called by ./dev prove, which has built
# what they need; see there for the arguments.
#
# NUDGED_PROVE_PART=4 tries a fourth of each count, for whoever has little time.
#
#   prove.sh build MODE [GOAL ...]          prints the builds these goals need, one a line
#   prove.sh run MODE SEED [GOAL ...]       runs them; exit 1 when a promise was broken
set -eu
cd -- "$(dirname -- "$0")/../.."
goals=tests/prove/goals
out=$PWD/build/prove
tab=$(printf '\t')
export ASAN="$PWD/build/asan" OPTIMISED="$PWD/build/optimised" FUZZ="$PWD/build/fuzz" \
    COVERAGE="$PWD/build/coverage"

# rows MODE [GOAL ...]: name<TAB>count<TAB>when<TAB>build<TAB>promise<TAB>command of the goals that
# belong to the mode, or of those named, whatever the mode leaves out
rows() {
    mode=$1
    shift
    awk -F ' *[|] *' -v mode="$mode" -v wanted=" $* " -v part="${NUDGED_PROVE_PART:-1}" '
        BEGIN { column["quick"] = 2; column["normal"] = 3; column["full"] = 4 }
        /^#/ || NF < 8 { next }
        wanted != "  " && !index(wanted, " " $1 " ") { next }
        {
            count = $column[mode]
            if (wanted != "  ") for (i = 3; count == "-" && i <= 4; i++) count = $i
            if (count == "-") next
            if (part > 1) count = int((count + part - 1) / part)
            command = $0
            for (i = 1; i < 8; i++) sub(/^[^|]*[|] */, "", command)
            print $1 "\t" count "\t" $5 "\t" $6 "\t" $7 "\t" command
        }' $goals
}

unknown() {
    for goal; do
        grep -q "^$goal *|" $goals || {
            echo "prove: there is no goal '$goal'; they are: $(awk -F ' *[|] *' \
                '!/^#/ && NF >= 8 { printf "%s ", $1 }' $goals)" >&2
            exit 64
        }
    done
}

# again NAME: the command that tries this goal once more, just so
again() {
    part=${NUDGED_PROVE_PART:+NUDGED_PROVE_PART=$NUDGED_PROVE_PART }
    how=--$mode
    [ "$mode" != normal ] || how=
    echo "$part./dev prove ${how:+$how }--seed $seed $1"
}

# try ROW: one goal, its output in NAME.log, its result in NAME.result:
# name, result, what was counted, seconds, promise
try() {
    IFS=$tab read -r name count _ _ promise command <<EOF
$1
EOF
    scratch=$out/scratch/$name
    rm -rf "$scratch"
    mkdir -p "$scratch"
    started=$(date +%s)
    code=0
    COUNT=$count SEED=$seed SCRATCH=$scratch sh -c "$command" >"$out/$name.log" 2>&1 </dev/null ||
        code=$?
    seconds=$(($(date +%s) - started))
    said=$(tail -n 1 "$out/$name.log")
    case $code,$said in
    0,proved:*) result=kept said=${said#proved: } ;;
    77,'not run:'*) result='not run' said=${said#not run: } ;;
    0,*) result=BROKEN said="ended without saying what it counted" ;;
    *) result=BROKEN said="exit $code, see build/prove/$name.log" ;;
    esac
    [ "$result" = BROKEN ] || rm -rf "$scratch"
    printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$result" "$said" "$seconds" "$promise" \
        >"$out/$name.result"
    printf '%-8s %-14s %4ss  %s: %s (seed %s, commit %s; %s)\n' "$result" "$name" "$seconds" \
        "$promise" "$said" "$seed" "$commit" "$(again "$name")"
    [ "$result" != BROKEN ] || tail -n 15 "$out/$name.log" | sed 's/^/    /'
}

# Those that may have company, as many at once as there are cores; then the others, one by one.
try_all() {
    most=${NUDGED_JOBS:-$(nproc 2>/dev/null || echo 2)}
    for when in with alone; do
        grep "$tab$when$tab" "$out/rows" | tr '\n' '\0' |
            xargs -0 -r -n 1 -P "$most" tests/prove/prove.sh try "$mode" "$seed" "$commit" || true
        most=1
    done
}

report() {
    echo "# What was proved"
    echo
    echo "Version $(sed -n 's/^project(nudged VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)," \
        "commit $commit, seed $seed, $mode run on $(uname -m) with $(nproc) cores," \
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)."
    echo
    echo "| goal | what is promised | result | counted | seconds | to repeat |"
    echo "| --- | --- | --- | --- | --- | --- |"
    cut -f 1 "$out/rows" | while read -r name; do
        awk -F '\t' -v repeat="$(again "$name")" '{
            print "| " $1 " | " $5 " | " $2 " | " $3 " | " $4 " | `" repeat "` |"
        }' "$out/$name.result"
    done
}

run() {
    mode=$1 seed=$2
    shift 2
    unknown "$@"
    commit=$(git describe --always --dirty --exclude="*" 2>/dev/null || echo unknown)
    rm -rf "$out"
    mkdir -p "$out"
    rows "$mode" "$@" >"$out/rows"
    try_all
    report >"$out/report.md"
    broken=$(cut -f 2 "$out"/*.result | grep -c BROKEN || true)
    kept=$(cut -f 2 "$out"/*.result | grep -c kept || true)
    echo "$kept promises kept, $broken broken, of $(wc -l <"$out/rows");" \
        "commit $commit, seed $seed; the report is build/prove/report.md"
    [ "$broken" -eq 0 ]
}

command=$1
shift
case $command in
build)
    mode=$1
    shift
    unknown "$@"
    rows "$mode" "$@" | cut -f 4 | tr ' ' '\n' | grep -v '^-$' | sort -u
    ;;
run) run "$@" ;;
try)
    mode=$1 seed=$2 commit=$3
    try "$4"
    ;;
esac
