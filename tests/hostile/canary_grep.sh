#!/bin/sh
# Looks for what must be in no artefact of any run: tokens, tickets, ways back, request headers.
#
#   canary_grep.sh PATH...     files and folders (databases, logs, LastTest.log, reports)
#
# Prints each place without the secret itself and exits 1 when there is one. Test sources name their
# canaries, so point it at what programs wrote, not at the tree.
set -eu
[ $# -gt 0 ] || { echo "usage: canary_grep.sh PATH..." >&2; exit 64; }
words='(ANSWER|REFLECT|SMALLTALK|SLASH)CANARY'
tokens='xox[abeprs]-[A-Za-z0-9]{2,}-?[A-Za-z0-9-]{6,}|xapp-[A-Za-z0-9-]{8,}|Bearer x[a-z]+-'
places='[?&]ticket=[A-Za-z0-9-]{8,}|hooks[.]slack[.]com/(actions|commands)/T[A-Z0-9]+'
secrets="$words|$tokens|$places"
searched=$(find "$@" -type f ! -name '*.c' ! -name '*.h' ! -name '*.o' ! -name '*.a' ! -perm -u+x |
    wc -l)
found=$(find "$@" -type f ! -name '*.c' ! -name '*.h' ! -name '*.o' ! -name '*.a' ! -perm -u+x \
    -exec grep -a -n -o -E -H \
    "$secrets" \
    {} + 2>/dev/null | sed -E 's/:([0-9]+):(.{7}).*/:\1: \2.../' | sort | uniq -c || true)
if [ -n "$found" ]; then
    echo "$found"
    echo "secrets in what was written; $searched files searched"
    exit 1
fi
echo "proved: $searched files searched, 0 secrets"
