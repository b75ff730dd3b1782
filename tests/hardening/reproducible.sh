#!/bin/sh
# Builds the Debian package twice from the same sources, in folders of different names and depths,
# with another umask, time zone, language and number of jobs, the second one later than the first.
# Binary, bill of materials and package must be the same, byte for byte.
#
#   tests/hardening/reproducible.sh
#
# As a control a third build is told another version; the comparison must see it.
set -eu
cd -- "$(dirname -- "$0")/../.."
scratch=${SCRATCH:-$(mktemp -d)}
for tool in dpkg-shlibdeps dpkg-deb file; do
    command -v $tool >/dev/null || { echo "not run: $tool is not installed"; exit 77; }
done
export SOURCE_DATE_EPOCH=1930000000
jobs=${NUDGED_JOBS:-$(nproc 2>/dev/null || echo 2)}
first=$scratch/a
second=$scratch/the/second/copy-of-it
mkdir -p "$first" "$second"
tar -c --exclude=./build --exclude=node_modules --exclude=./.git . | tar -x -C "$first"

# build FOLDER JOBS BUILD-FOLDER: its package
build() {
    (
        cd "$1"
        cmake --preset release -B "$3" -G Ninja >configure.log 2>&1 ||
            { cat configure.log; exit 1; }
        cmake --build "$3" -j "$2" >build.log 2>&1 || { tail build.log; exit 1; }
        umask 022       # CPack writes it into the package's own header
        cmake --build "$3" --target package >build.log 2>&1 || { tail build.log; exit 1; }
        cp "$3/nudged" "$3/made/sbom.spdx.json" "$3"/*.deb .
    ) >&2
}

tar -c -C "$first" . | tar -x -C "$second"
(umask 077 && TZ=Pacific/Auckland LC_ALL=C.UTF-8 build "$first" "$jobs" build/release)
(umask 022 && TZ=UTC LC_ALL=C HOME=/nonexistent build "$second" 1 elsewhere)

same() { # NAME-PATTERN
    # shellcheck disable=SC2086  # a pattern
    a=$(cd "$first" && echo $1) b=$(cd "$second" && echo $1)
    [ "$a" = "$b" ] || { echo "$a is called $b the second time"; return 1; }
    cmp "$first/$a" "$second/$a" || return 1
    sha256sum "$first/$a" | cut -c 1-64
}
for what in nudged sbom.spdx.json '*.deb'; do
    hash=$(same "$what") || { echo "$hash"; echo "$what: the two builds differ"; exit 1; }
    echo "$hash  $what, twice"
done
bytes=$(cat "$first"/*.deb | wc -c)

sed -i 's/^project(nudged VERSION [0-9.]*/project(nudged VERSION 9.9.9/' "$second/CMakeLists.txt"
(umask 022 && build "$second" "$jobs" elsewhere)
if cmp -s "$first/nudged" "$second/nudged"; then
    echo "another version made the same binary"
    exit 1
fi

if grep -aq "$scratch" "$first/nudged"; then
    echo "the binary names the folder it was built in"
    exit 1
fi
echo "proved: 2 builds, 3 files each the same, byte for byte; package of $bytes bytes," \
    "sha256 $(echo "$hash" | cut -c 1-16); another version seen"
