#!/bin/sh
# The bill of materials of a built nudged, as SPDX 2.3 JSON: the program and every library it is
# linked with, with the version that was there when it was built.
#
#   deploy/sbom.sh BINARY VERSION OUT
#
# Versions are Debian's where a Debian package owns the library, pkg-config's elsewhere. Its date is
# $SOURCE_DATE_EPOCH, else that of the commit, so that the same sources make the same file.
set -eu
binary=$1
version=$2
out=$3
source=$(cd -- "$(dirname -- "$0")/.." && pwd)

# library|pkg-config module|licence|where it comes from; the plug-in is loaded, not linked
libraries='libsqlite3.so|sqlite3|blessing|https://sqlite.org/
libyaml-0.so|yaml-0.1|MIT|https://github.com/yaml/libyaml
libcjson.so|libcjson|MIT|https://github.com/DaveGamble/cJSON
libuv.so|libuv|MIT|https://libuv.org/
libcurl.so|libcurl|curl|https://curl.se/
libwebsockets.so|libwebsockets|MIT|https://libwebsockets.org/
libwebsockets-evlib_uv.so|libwebsockets|MIT|https://libwebsockets.org/
libmicrohttpd.so|libmicrohttpd|LGPL-2.1-or-later|https://www.gnu.org/software/libmicrohttpd/
libutf8proc.so|libutf8proc|MIT|https://github.com/JuliaStrings/utf8proc
libcrypto.so|libcrypto|Apache-2.0|https://openssl.org/
libm.so|-|LGPL-2.1-or-later|https://www.gnu.org/software/libc/
libc.so|-|LGPL-2.1-or-later|https://www.gnu.org/software/libc/'

instant=${SOURCE_DATE_EPOCH:-$(git -C "$source" log -1 --format=%ct 2>/dev/null || echo 0)}
created=$(date -u -d "@$instant" +%Y-%m-%dT%H:%M:%SZ)
build_id=$(readelf -n "$binary" | sed -n 's/.*Build ID: *//p')

# The file of a library: where the loader finds it for this binary, else beside libwebsockets.
place_of() {
    case $1 in
    libwebsockets-evlib_uv.so)
        main=$(place_of libwebsockets.so.)
        printf '%s\n' "${main%/*}/$1"
        ;;
    *) ldd "$binary" | awk -v name="$1" 'index($1, name) == 1 && $2 == "=>" { print $3; exit }' ;;
    esac
}

# "package version" of the Debian package that owns a file; merged /usr hides some under /lib
debian_package() {
    command -v dpkg-query >/dev/null || return 0
    real=$(readlink -f "$1")
    for path in "$1" "$real" "${real#/usr}"; do
        owner=$(dpkg-query -S "$path" 2>/dev/null | head -n 1) || true
        if [ -n "$owner" ]; then
            # shellcheck disable=SC2016  # dpkg's own variables
            dpkg-query -W -f '${Package} ${Version}\n' "${owner%%: *}" | head -n 1
            return 0
        fi
    done
}

# package NUMBER NAME VERSION LICENCE ORIGIN PURL
package() {
    printf '    { "SPDXID": "SPDXRef-Package-%s", "name": "%s",' "$1" "$2"
    printf ' "versionInfo": "%s",\n' "$3"
    printf '      "licenseConcluded": "%s", "licenseDeclared": "%s",' "$4" "$4"
    printf ' "copyrightText": "NOASSERTION",\n'
    printf '      "downloadLocation": "%s", "filesAnalyzed": false' "$5"
    if [ -n "$6" ]; then
        printf ',\n      "externalRefs": [ { "referenceCategory": "PACKAGE-MANAGER",'
        printf ' "referenceType": "purl", "referenceLocator": "%s" } ]' "$6"
    fi
    printf ' }'
}

needed=$(readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
rows=$(
    for soname in $needed libwebsockets-evlib_uv.so; do
        case $soname in ld-linux*) continue ;; esac
        stem=${soname%%.so*}.so
        row=$(printf '%s\n' "$libraries" | grep -F "$stem|" | grep "^$stem|") || {
            echo "sbom: nobody has said whose $soname is" >&2
            exit 1
        }
        IFS='|' read -r name module licence origin <<END
$row
END
        place=$(place_of "${soname}")
        debian=$(debian_package "${place:-/nowhere}")
        if [ -n "$debian" ]; then
            number=${debian#* }
            encoded=$(printf '%s\n' "$number" | sed 's/+/%2B/g; s/:/%3A/g')
            echo "$name|$number|$licence|$origin|pkg:deb/debian/${debian%% *}@$encoded"
        else
            number=$(pkg-config --modversion "$module" 2>/dev/null || echo NOASSERTION)
            echo "$name|$number|$licence|$origin|"
        fi
    done | sort
)
[ -n "$rows" ]

document() {
    cat <<END
{
  "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
  "name": "nudged-$version",
  "documentNamespace": "https://nudged.invalid/spdx/nudged-$version-$build_id",
  "creationInfo": { "created": "$created", "creators": [ "Tool: nudged-sbom" ] },
  "packages": [
END
    package nudged nudged "$version" MIT NOASSERTION ""
    i=0
    while IFS='|' read -r name number licence origin purl; do
        i=$((i + 1))
        printf ',\n'
        package "$i" "$name" "$number" "$licence" "$origin" "$purl"
    done <<END
$rows
END
    printf '\n  ],\n  "relationships": [\n'
    printf '    { "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",'
    printf ' "relatedSpdxElement": "SPDXRef-Package-nudged" }'
    while [ $i -gt 0 ]; do
        printf ',\n    { "spdxElementId": "SPDXRef-Package-nudged",'
        printf ' "relationshipType": "DYNAMIC_LINK",'
        printf ' "relatedSpdxElement": "SPDXRef-Package-%s" }' $i
        i=$((i - 1))
    done
    printf '\n  ]\n}\n'
}

document >"$out.new"
mv "$out.new" "$out"
