#!/usr/bin/env bash
# in_debian.sh [--fresh] [--as NAME] SUITE COMMAND [ARGUMENT...]
#
# Runs COMMAND in a minimal Debian of SUITE (bookworm, trixie), in a copy of this source tree at /tenon. As root
# only, on Debian: debootstrap makes the system, once, in build/debian/SUITE (or NAME); --fresh makes it anew.
# What COMMAND installs and what it builds in /tenon/build stay for the next time.
#
# The packages come from the mirror that apt uses here, or from TENON_DEBIAN_MIRROR. Mounts and processes live in
# namespaces of their own and go when COMMAND ends; the exit code is COMMAND's.
set -euo pipefail
source_tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fresh=
name=
while [[ ${1:-} == --* ]]; do
  case $1 in
    --fresh) fresh=yes; shift ;;
    --as) name=${2:-}; shift 2 ;;
    *) break ;;
  esac
done
if [ $# -lt 2 ] || [[ $1 == --* ]]; then
  sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//' >&2
  exit 2
fi
suite=$1
shift

if [ "$(id -u)" -ne 0 ]; then
  echo "$0: a chroot takes root; run it as root" >&2
  exit 2
fi
. "$source_tree/packaging/debian/apt.sh"
install_debian_packages debootstrap

system=$source_tree/build/debian/${name:-$suite}
mkdir -p "$(dirname "$system")"
exec 9>"$system.lock"
flock -n 9 || { echo "$0: another run uses $system" >&2; exit 2; }

if [ -n "$fresh" ]; then rm -rf "$system"; fi
if [ ! -e "$system.made" ] || [ ! -d "$system" ]; then
  rm -rf "$system" "$system.made"
  mirror=${TENON_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)}
  if [ -z "$mirror" ]; then
    echo "$0: apt knows no mirror; name one in TENON_DEBIAN_MIRROR" >&2
    exit 2
  fi
  echo "== Making a minimal Debian $suite"
  debootstrap --variant=minbase "$suite" "$system" "$mirror" >"$system.log" 2>&1 || { tail -20 "$system.log" >&2; exit 2; }
  apt-config dump | grep -E '^Acquire::https?::Proxy ' >"$system/etc/apt/apt.conf.d/90proxy" || true
  touch "$system.made"
fi

mkdir -p "$system/tenon"
find "$system/tenon" -mindepth 1 -maxdepth 1 -not -name build -exec rm -rf {} +
tar -C "$source_tree" --exclude=./build --exclude='./build-*' --exclude=./.git -cf - . | tar -C "$system/tenon" -xf -
for file in /etc/resolv.conf /etc/hosts; do
  if [ -e "$file" ]; then cp -L "$file" "$system$file"; fi
done
data=$(dirname "$source_tree")/shared/data
if [ -d "$data" ]; then mkdir -p "$system/shared/data"; fi

export system data
status=0
unshare --mount --propagation private --pid --fork --kill-child bash -euo pipefail -c '
  mount -t proc proc "$system/proc"
  mkdir -p "$system/dev/shm" "$system/dev/pts"
  mount -t devpts devpts "$system/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$system/dev/shm"
  if [ -d "$system/shared/data" ]; then mount --bind -o ro "$data" "$system/shared/data"; fi
  exec chroot "$system" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
    sh -c "cd /tenon && exec \"\$@\"" sh "$@"' bash "$@" 9>&- || status=$?
exit "$status"
