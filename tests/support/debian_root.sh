#!/bin/sh
# Runs a ./dev command in a minimal Debian root, to see that nothing but Debian is assumed.
#
#   tests/support/debian_root.sh bookworm ./dev test
#   tests/support/debian_root.sh trixie ./dev test --all
#
# Needs root and debootstrap. The root is made anew each time in build/roots/SUITE from a pristine
# one beside it and gets the committed state of this checkout, or the files of the folder
# $ROOT_FILES; the last line says how long the command took. Extra authorities in
# $NODE_EXTRA_CA_CERTS are handed on for npm.
set -eu
cd -- "$(dirname -- "$0")/../.."
[ $# -ge 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
suite=$1
shift
root=$PWD/build/roots/$suite
mkdir -p build/roots

unmount_all() {
    awk -v root="$root/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r |
        while read -r place; do umount -l "$place"; done
}
trap unmount_all EXIT
trap 'exit 130' INT TERM
unmount_all

[ -e "$root.pristine/etc/debian_version" ] ||
    debootstrap --variant=minbase "$suite" "$root.pristine"
rm -rf --one-file-system "$root"
cp -a "$root.pristine" "$root"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
mkdir "$root/root/nudged"
if [ -n "${ROOT_FILES:-}" ]; then
    cp -a "$ROOT_FILES/." "$root/root/nudged/"
else
    git archive HEAD | tar -x -C "$root/root/nudged"
fi

set -- sh -c 'cd /root/nudged && exec "$@"' sh "$@"
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$root/root/authorities.crt"
    set -- NODE_EXTRA_CA_CERTS=/root/authorities.crt npm_config_cafile=/root/authorities.crt "$@"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
began=$(date +%s)
code=0
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" \
    "$@" || code=$?
echo "$suite: exit $code after $(($(date +%s) - began)) s"
exit $code
