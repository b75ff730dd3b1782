#!/bin/sh
# What the compiler and the linker made of the release build: read from the binary and from the
# core's archive, not from what the build says it asked for.
#
#   tests/hardening/binary.sh build/optimised
#
# The same checks first run over a program that is linked badly on purpose and calls what nobody
# should; they must object to every part of it. A flag is demanded where the compiler takes it.
set -eu
build=${1:?a build folder}
scratch=${SCRATCH:-$(mktemp -d)}
compiler=${CC:-$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")}
forbidden='system popen execl execle execlp execv execve execvp execvpe fexecve posix_spawn
    posix_spawnp fork vfork ptrace strcpy stpcpy strcat strncpy strncat sprintf vsprintf gets
    tmpnam tmpnam_r tempnam mktemp strtok rand srand random srandom localtime gmtime mktime
    localtime_r gmtime_r atoi atol atof setuid seteuid dlopen mprotect'
flags='-fstack-protector-strong -fstack-clash-protection -fcf-protection=full
    -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks -fno-strict-overflow
    -fno-strict-aliasing -fstrict-flex-arrays=3 -Wall -Wextra -Wformat=2 -Werror=format-security
    -Wconversion -Wsign-conversion -Wshadow -Wvla -Walloca -Wimplicit-fallthrough
    -Wnull-dereference -Wstrict-prototypes -Wbidi-chars=any -Wtrampolines
    -Werror=implicit-function-declaration -Werror=incompatible-pointer-types
    -Werror=int-conversion'
# What the core may call besides itself, base and calendar: the bytes and maths of the tidy test,
# and what a fortified build makes of them.
pure=$(sed -n '/ bytes \*\//,/^};/s/[^"]*"\([^"]*\)"[^"]*/\1 /gp' tests/tidy/archive_test.c)
pure="__memcpy_chk __memmove_chk __memset_chk $(printf '%s' "$pure" | tr '\n' ' ')"

words() { printf '%s\n' "$1" | tr -s ' ' '\n' | sed '/^$/d'; }

# faults BINARY: a line for everything that is wrong with how it was linked or what it imports
faults() {
    readelf -hlW "$1" >"$scratch/head"
    readelf -dW "$1" >"$scratch/dynamic"
    nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort -u \
        >"$scratch/imports"
    grep -Eq 'Type: +DYN' "$scratch/head" && grep -q 'FLAGS_1.*PIE' "$scratch/dynamic" ||
        echo "is not position independent"
    grep -Eq '(FLAGS).*BIND_NOW|FLAGS_1.*NOW' "$scratch/dynamic" || echo "binds lazily"
    grep -q GNU_RELRO "$scratch/head" || echo "has no RELRO"
    grep -Eq 'GNU_STACK.* RW +0x' "$scratch/head" || echo "has an executable stack"
    ! grep -Eq 'LOAD.* RWE ' "$scratch/head" || echo "has memory both writable and executable"
    ! grep -Eq 'R(UN)?PATH' "$scratch/dynamic" || echo "looks for libraries in a path of its own"
    ! grep -q TEXTREL "$scratch/dynamic" || echo "relocates its text"
    grep -q '^__stack_chk_fail$' "$scratch/imports" || echo "has no stack protector"
    grep -q '^__[a-z_]*_chk$' "$scratch/imports" || echo "is not fortified"
    words "$forbidden" | grep -Fxf - "$scratch/imports" | sed 's/^/imports /'
}

# A program with all of these faults; what it calls is never run.
plant() {
    cat >"$scratch/bad.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
char *gets(char *);
int main(int argc, char **argv)
{
    char text[8];
    strcpy(text, argv[0]);
    sprintf(text, "%d", argc);
    return argc > 9 ? system(gets(text)) : 0;
}
END
    "$compiler" -w -std=c11 -O0 -U_FORTIFY_SOURCE -fno-stack-protector -fno-pie -no-pie \
        -Wl,-z,norelro,-z,lazy,-z,execstack,-rpath,/nowhere "$scratch/bad.c" -o "$scratch/bad" \
        2>"$scratch/bad.log"
    faults "$scratch/bad" >"$scratch/found"
    for fault in 'is not position' 'binds lazily' 'no RELRO' 'executable stack' 'path of its own' \
        'no stack protector' 'not fortified' 'imports system' 'imports strcpy' 'imports sprintf' \
        'imports gets'; do
        grep -q "$fault" "$scratch/found" || {
            echo "a program that deserves \"$fault\" passed"
            exit 1
        }
    done
    wc -l <"$scratch/found" | tr -d ' '
}

# Flags that this compiler takes and that some source of the product was compiled without
missing_flags() {
    grep '"command":.*/src/[a-z/_]*\.c"' "$build/compile_commands.json" >"$scratch/commands"
    echo 'int main(void) { return 0; }' >"$scratch/empty.c"
    for flag in $(words "$flags"); do
        "$compiler" -Werror -Wformat "$flag" -c "$scratch/empty.c" -o "$scratch/empty.o" \
            2>/dev/null || continue
        grep -vF -- " $flag " "$scratch/commands" |
            sed "s/.* -c //; s/\",*\$/ was compiled without $flag/"
    done
    grep -vE -- '-D_FORTIFY_SOURCE=[23] ' "$scratch/commands" |
        sed 's/.* -c //; s/",*$/ was compiled without _FORTIFY_SOURCE/'
}

# Objects without the marks of indirect branch tracking and shadow stacks; the start files of most
# distributions lack them too, so the mark does not reach the linked program.
without_cet() {
    grep -q -- '-fcf-protection=full' "$build/compile_commands.json" || return 0
    [ "$(uname -m)" = x86_64 ] || return 0
    for archive in "$build"/libnudged_*.a; do
        case $archive in *_support.a | *_office.a) continue ;; esac
        objects=$(ar t "$archive" | wc -l)
        marked=$(readelf -n "$archive" 2>/dev/null | grep -c 'x86 feature: IBT, SHSTK' || true)
        [ "$objects" -eq "$marked" ] || echo "${archive##*/}: $marked of $objects bear CET marks"
    done
}

# Symbols the core needs that neither base nor calendar define and that are not bytes or maths
impure() {
    nm --defined-only "$build/libnudged_core.a" "$build/libnudged_base.a" \
        "$build/libnudged_calendar.a" 2>/dev/null | awk 'NF == 3 { print $3 }' |
        sort -u >"$scratch/defined"
    nm -u "$build/libnudged_core.a" | awk '$1 == "U" { print $2 }' | sort -u >"$scratch/needed"
    words "$pure" | sort -u - "$scratch/defined" >"$scratch/allowed"
    comm -23 "$scratch/needed" "$scratch/allowed"
}

planted=$(plant)
{
    faults "$build/nudged"
    missing_flags
    without_cet
    impure | sed 's/^/the core imports /'
} >"$scratch/nudged.faults"
if [ -s "$scratch/nudged.faults" ]; then
    sed 's/^/nudged: /' "$scratch/nudged.faults"
    exit 1
fi
count() { wc -l | tr -d ' '; }
echo "proved: $(words "$flags" | count) flags over $(count <"$scratch/commands") sources," \
    "$(count <"$scratch/needed") symbols of the core," \
    "$(nm -D --undefined-only "$build/nudged" | count) imports, 0 faults;" \
    "$planted faults of a bad program all seen"
