#!/bin/sh
# Looks for what must be in no artefact of any run: tokens, tickets, ways back, request headers; in
# logs also names and addresses of people.
#
#   canary_grep.sh PATH...     files and folders (databases, logs, LastTest.log, reports)
#
# Prints each place without the secret itself and exits 1 when there is one. Folders called secrets
# and files called token are where tokens belong, and a nudged.yaml is what a test itself wrote.
# Test sources name their canaries, so point it at what programs wrote, not at the tree.
set -eu
[ $# -gt 0 ] || { echo "usage: canary_grep.sh PATH..." >&2; exit 64; }
tokens='xox[abeprs]-[A-Za-z0-9]{2,}-?[A-Za-z0-9-]{6,}|xapp-[A-Za-z0-9-]{8,}|Bearer x[a-z]+-'
places='[?&]ticket=[A-Za-z0-9-]{8,}|hooks[.]slack[.]com/(actions|commands)/T[A-Z0-9]+'
people='[A-Za-z0-9._-]+@example[.](com|org)|(Ada|Ben|Max|Olga|Zoe) Sample|Person [0-9]+'

files() { # MORE OF FIND...
    find "$@" -type f ! -path '*/secrets/*' ! -name token ! -name nudged.yaml \
        ! -name '*.c' ! -name '*.h' ! -name '*.o' ! -name '*.a' ! -perm -u+x
}
look() { # WORDS FILES
    tr '\n' '\0' <"$2" | xargs -0 -r grep -a -n -o -E -H "$1" /dev/null 2>/dev/null |
        sed -E 's/:([0-9]+):(.{7}).*/:\1: \2.../' | sort | uniq -c || true
}
list=$(mktemp)
trap 'rm -f "$list" "$list.logs"' EXIT
files "$@" >"$list"
grep -E '[-/]log$' "$list" >"$list.logs" || true
searched=$(wc -l <"$list")
logs=$(wc -l <"$list.logs")
found=$(look "$tokens|$places" "$list"; look "$people" "$list.logs")
if [ -n "$found" ]; then
    echo "$found"
    echo "secrets in what was written; $searched files searched"
    exit 1
fi
echo "proved: $searched files searched, 0 secrets; $logs logs among them, 0 names or addresses"
