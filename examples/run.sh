#!/usr/bin/env bash
# run.sh [URL] [FILE...]
#
# Builds tenon and the example program main_job on Debian 12 or 13 and runs it: on an embedded SQLite file, which is
# made anew each time, or on the database of URL (postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:PATH).
# FILEs are further input for the tenant acme: policies, Infracost JSON, Alertmanager webhooks.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/example
say() { printf '== %s\n' "$*"; }

url=
if [[ ${1-} =~ ^[A-Za-z][A-Za-z0-9+.-]*: ]]; then
  url=$1
  shift
fi

packages=(cmake g++ ninja-build boost nlohmann-json3-dev)
case $url in
  postgres*)
    sqlite=OFF postgres=ON
    packages+=(libpq-dev libpqxx-dev pkg-config)
    ;;
  *)
    sqlite=ON postgres=OFF
    packages+=(libsqlitecpp-dev libsqlite3-dev)
    ;;
esac

. "$root/packaging/debian/apt.sh"
install_debian_packages "${packages[@]}"

mkdir -p "$root/build"
say "Building into $build"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_SQLITE=$sqlite -DTENON_POSTGRES=$postgres \
  -DTENON_BUILD_EXAMPLES=ON -DTENON_BUILD_TESTS=OFF -DTENON_BUILD_BENCH=OFF -DTENON_BUILD_CLI=OFF -DTENON_WERROR=OFF >"$build.log" 2>&1 ||
  { cat "$build.log" >&2; exit 1; }
cmake --build "$build" --target main_job

if [[ -z $url ]]; then
  database=$build/tenon-example.db
  rm -f "$database" "$database-wal" "$database-shm"
  url=sqlite:$database
fi
say "Running main_job"
echo
"$build/examples/main_job/main_job" "$url" "$@"
echo
say "The command line is built with: apt-get install libcli11-dev && cmake -S '$root' -B '$build' -DTENON_BUILD_CLI=ON && cmake --build '$build' --target tenon-cli"
say "and is then $build/bin/tenon"
