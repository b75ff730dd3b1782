#!/bin/sh
# The Debian package in a fresh minimal root of this machine's own release: apt installs it with
# what it depends on, it lives there as its own user, is upgraded, removed and purged.
#
#   tests/package/package.sh build/release build/optimised
#
# The first folder holds the package (./dev package), the second the program package_day. Needs
# root and debootstrap; the root is kept pristine in build/roots. lintian's errors and warnings
# count where it is installed.
set -eu
release=$(cd -- "$1" && pwd)
optimised=$(cd -- "$2" && pwd)
cd -- "$(dirname -- "$0")/../.."
scratch=${SCRATCH:-$(mktemp -d)}

not_run() {
    echo "not run: $*"
    exit 77
}

[ "$(id -u)" -eq 0 ] || not_run "a fresh root can only be entered by root"
for tool in debootstrap dpkg-deb; do
    command -v $tool >/dev/null || not_run "$tool is not installed"
done
# shellcheck disable=SC1091  # it is there on every system that matters
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -n "$suite" ] || not_run "this is no released Debian"

linted="lintian is not installed"
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error,warning "$release"/nudged_*.deb
    linted="lintian silent"
fi

# The package, and one of the next version to upgrade to.
mkdir -p "$scratch/files"
cp "$release"/nudged_*.deb "$scratch/files/first.deb"
dpkg-deb -R "$scratch/files/first.deb" "$scratch/next"
sed -i 's/^\(Version: .*\)/\1+1/' "$scratch/next/DEBIAN/control"
dpkg-deb --root-owner-group -b "$scratch/next" "$scratch/files/second.deb" >/dev/null
cp "$optimised/package_day" tests/package/in_root.sh "$scratch/files/"

ROOT_FILES=$scratch/files tests/support/debian_root.sh "$suite" ./in_root.sh >"$scratch/log" 2>&1 ||
    { cat "$scratch/log"; exit 1; }
steps=$(sed -n 's/ steps$//p' "$scratch/log")
[ -n "$steps" ] || { cat "$scratch/log"; exit 1; }
echo "proved: $steps steps in a fresh $suite root, 2 questions answered there around an upgrade;" \
    "$linted"
