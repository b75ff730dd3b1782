#!/bin/sh
# Inside a fresh minimal Debian root: install, look, live two days with an upgrade between them,
# remove, purge. Called by package.sh, in a folder with first.deb, second.deb and package_day.
set -eu
export DEBIAN_FRONTEND=noninteractive
steps=0

must() { # WHAT COMMAND ...
    what=$1
    shift
    "$@" || { echo "not so: $what"; exit 1; }
    steps=$((steps + 1))
}
get() {
    apt-get -q -y --no-install-recommends "$@" >apt.log 2>&1 || { tail -n 30 apt.log; exit 1; }
}
looks() { [ "$(stat -c '%U:%G %a' "$1")" = "$2" ]; }

get update
get install ./first.deb
must "it runs" nudged version
must "the shipped example is a whole configuration but for people and prompts" sh -c \
    'nudged check -c /etc/nudged/nudged.yaml 2>&1 | grep -q people.csv'
must "only root and the service read its folder" looks /etc/nudged "root:nudged 750"
must "only root and the service read its configuration" looks /etc/nudged/nudged.yaml \
    "root:nudged 640"
must "the unit is there" test -f /usr/lib/systemd/system/nudged.service
must "the unit is not started by itself" test ! -e \
    /etc/systemd/system/multi-user.target.wants/nudged.service
must "the manual is there" test -s /usr/share/man/man8/nudged.8.gz
must "the bill of materials is there" grep -q SPDX-2.3 /usr/share/doc/nudged/sbom.spdx.json
must "its files are as packed, but for the configuration" sh -c \
    '! dpkg --verify nudged | grep -v /etc/nudged/nudged.yaml'

# As the unit does it: a user of its own, a private state folder, tokens as files.
install -d -o nudged -g nudged -m 0700 /var/lib/nudged /run/credentials/nudged
printf xapp-canary-0123456789 >/run/credentials/nudged/slack_app_token
printf xoxb-canary-0123456789 >/run/credentials/nudged/slack_bot_token
chown nudged:nudged /run/credentials/nudged/*
chmod 0400 /run/credentials/nudged/*
cat >as_service <<'END'
#!/bin/sh
export CREDENTIALS_DIRECTORY=/run/credentials/nudged
exec setpriv --reuid nudged --regid nudged --init-groups --no-new-privs --bounding-set=-all \
    /usr/bin/nudged "$@"
END
chmod +x as_service
chmod 0711 . ..
NUDGED_BINARY=$PWD/as_service must "it lives, upgraded between two days" ./package_day \
    "apt-get -q -y install ./second.deb >upgrade.log 2>&1"
must "the upgrade was one" sh -c 'dpkg-query -W nudged | grep -q "+1$"'
must "the upgrade kept the edited configuration" grep -q 'api_url: http://' /etc/nudged/nudged.yaml
must "the upgrade kept who may read it" looks /etc/nudged/nudged.yaml "root:nudged 640"
must "the state belongs to the service" looks /var/lib/nudged/nudged.db "nudged:nudged 600"

get remove nudged
must "removing keeps the configuration" test -f /etc/nudged/nudged.yaml
get purge nudged
must "purging takes the configuration" test ! -e /etc/nudged/nudged.yaml
must "purging keeps the answers" test -s /var/lib/nudged/nudged.db
get install ./second.deb
NUDGED_PURGE_DATA=yes get purge nudged
must "purging takes the answers when asked to" test ! -e /var/lib/nudged
echo "$steps steps"
