#!/usr/bin/env bash
# tests/debian_packages.sh [bookworm|trixie]
#
# Builds libtenon-dev, libtenon-prometheus-dev and tenon-tools in a chroot of that Debian (default: bookworm), installs
# them with apt into another that has nothing, and compiles and runs hosts there: what the packages depend on is all
# that they need.
# As root, on Debian. Not part of CI; tests/packages/deb.sh is.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:-bookworm}
in_debian() { bash tests/support/in_debian.sh "$@"; }

in_debian "$suite" bash -euc '
  . packaging/debian/apt.sh
  install_debian_packages cmake ninja-build g++ pkg-config boost nlohmann-json3-dev libsqlitecpp-dev libsqlite3-dev \
    libpqxx-dev libpq-dev prometheus-cpp-dev libcli11-dev dpkg-dev file
  cmake --preset deb >/dev/null
  cmake --build --preset deb
  cpack -G DEB --config build/deb/CPackConfig.cmake -B build/deb/packages'

mkdir -p build/debian/packages
rm -f build/debian/packages/*
cp "build/debian/$suite/tenon/build/deb/packages/"*.deb build/debian/packages/

in_debian --fresh --as clean "$suite" true
mkdir -p build/debian/clean/packages
cp build/debian/packages/*.deb build/debian/clean/packages/
in_debian --as clean "$suite" bash -euc '
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends /packages/libtenon-dev_*.deb /packages/tenon-tools_*.deb >/dev/null
  tenon --version
  tenon --url sqlite:/tmp/packaged.db migrate up
  apt-get install -qq -y --no-install-recommends g++ cmake make pkg-config >/dev/null
  cd /tmp
  g++ -std=c++20 /tenon/tests/consumer/plain.cpp -o plain $(pkg-config --cflags --libs tenon)
  ./plain sqlite::memory: postgresql://nobody@127.0.0.1:1/none
  if cmake -S /tenon/tests/consumer/host -B host -DCOMPONENTS="sqlite;prometheus" >refused 2>&1; then
    echo "a component that is not installed was found" >&2
    exit 1
  fi
  grep -F libtenon-prometheus-dev refused
  apt-get install -qq -y --no-install-recommends /packages/libtenon-prometheus-dev_*.deb >/dev/null
  cmake -S /tenon/tests/consumer/host -B host -DCOMPONENTS="sqlite;postgres;prometheus" >/dev/null
  cmake --build host
  (cd host && ./host)
  apt-get purge -qq -y libtenon-dev libtenon-prometheus-dev tenon-tools >/dev/null
  if find /usr -path "*tenon*" | grep .; then echo "something was left behind" >&2; exit 1; fi'
echo "== the packages of $suite install, work and go"
