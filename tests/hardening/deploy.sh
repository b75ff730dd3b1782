#!/bin/sh
# The files for containers and clusters: what can be said of them without either.
#
#   tests/hardening/deploy.sh build/optimised
#
# The manifest keeps to the "restricted" standard, its paths are those of the image, and the
# configuration in it is one that nudged takes. With kubernetes-validate (from PyPI) installed it is
# also held against the schemas of Kubernetes.
set -eu
build=$(cd -- "${1:?a build folder}" && pwd)
cd -- "$(dirname -- "$0")/../.."
scratch=${SCRATCH:-$(mktemp -d)}
manifest=deploy/kubernetes.yaml
image=deploy/Containerfile
steps=0

says() { # FILE LINE: the line is there, whatever its indentation
    sed 's/^[ -]*//; s/ *#.*//' "$1" | grep -qxF -- "$2" || { echo "$1 does not say: $2"; exit 1; }
    steps=$((steps + 1))
}

for line in 'replicas: 1' 'type: Recreate' 'runAsNonRoot: true' 'readOnlyRootFilesystem: true' \
    'allowPrivilegeEscalation: false' 'capabilities: {drop: [ALL]}' 'runAsUser: 10001' \
    'seccompProfile: {type: RuntimeDefault}' 'automountServiceAccountToken: false' \
    'pod-security.kubernetes.io/enforce: restricted' 'policyTypes: [Ingress, Egress]' \
    'httpGet: {path: /healthz, port: health}' 'httpGet: {path: /readyz, port: health}' \
    '{name: CREDENTIALS_DIRECTORY, value: /run/secrets/nudged}'; do
    says $manifest "$line"
done
for line in 'USER 10001:10001' 'ENV CREDENTIALS_DIRECTORY=/run/secrets/nudged' \
    'ENTRYPOINT [ "/usr/bin/nudged" ]'; do
    says $image "$line"
done
! grep -nE 'xox[a-z]-|xapp-|privileged: true|hostNetwork|hostPath' $manifest $image || exit 1

# The configuration in the manifest, with the company of the samples
mkdir -p "$scratch/etc/people"
cp -r prompts "$scratch/etc/prompts"
cp prompts/sample/people.csv "$scratch/etc/people/people.csv"
admin=$(sed -n '2p' prompts/sample/people.csv | tr ',' '\n' | grep -m 1 @)
awk '/^  nudged.yaml: \|$/ { on = 1; next } on && !/^    / { exit } on { print substr($0, 5) }' \
    $manifest | sed "s|/etc/nudged|$scratch/etc|; s|/var/lib/nudged|$scratch/state|" \
    >"$scratch/etc/shipped.yaml"
sed "s|robin.admin@example.com|$admin|" "$scratch/etc/shipped.yaml" >"$scratch/etc/nudged.yaml"
if ! "$build/nudged" check -c "$scratch/etc/nudged.yaml" >"$scratch/check" 2>&1; then
    cat "$scratch/check"
    exit 1
fi
if "$build/nudged" check -c "$scratch/etc/shipped.yaml" >"$scratch/check" 2>&1; then
    echo "an admin who is nobody was not noticed: the configuration was not read"
    exit 1
fi
steps=$((steps + 2))

schemas="Kubernetes' own schemas not at hand"
if command -v kubernetes-validate >/dev/null; then
    kubernetes-validate --strict --quiet $manifest
    schemas="valid by Kubernetes' own schemas"
fi
echo "proved: $steps properties of image and manifest; $schemas"
