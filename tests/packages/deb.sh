#!/usr/bin/env bash
# deb.sh DIRECTORY, called by ctest with the environment of tests/consumer/CMakeLists.txt.
#
# Packs the build that runs the tests into libtenon-dev, libtenon-prometheus-dev where it has that, and tenon-tools,
# lets apt say whether they could be installed here, unpacks them and uses them as a host does.
# tests/debian_packages.sh installs them for real.
set -euo pipefail
work=$1
rm -rf "$work"
mkdir -p "$work"
. "$SOURCE/tests/consumer/common.sh"

for tool in dpkg-deb dpkg-shlibdeps file; do
  if ! command -v "$tool" >/dev/null; then
    echo "SKIPPED: no $tool; Debian packages are not tested"
    exit 77
  fi
done

quietly "$work/cpack.log" "$(dirname "$CMAKE")/cpack" -G DEB --config "$THIS_BUILD/CPackConfig.cmake" -B "$work" \
  -D CPACK_PACKAGING_INSTALL_PREFIX=/usr
architecture=$(dpkg --print-architecture)
dev=$work/libtenon-dev_${VERSION}_$architecture.deb
tools=$work/tenon-tools_${VERSION}_$architecture.deb
metrics=$work/libtenon-prometheus-dev_${VERSION}_$architecture.deb
packages=("$dev" "$tools")
if [ "$PROMETHEUS" = ON ]; then packages+=("$metrics"); fi

# needs PACKAGE_FILE DEPENDENCY...
needs() {
  local depends file=$1
  depends=$(dpkg-deb -f "$file" Depends)
  echo "== $(basename "$file"): $depends"
  shift
  for dependency in "$@"; do
    [[ ", $depends, " == *", $dependency"* ]] || die "$(basename "$file") does not depend on $dependency"
  done
}
needs "$dev" "libboost1.81-dev | libboost-dev (>= 1.81)" "nlohmann-json3-dev (>= 3.11)" "libsqlitecpp-dev (>= 3." \
  "libsqlitecpp-dev (<< 3." "libsqlite3-dev (>= 3.38)" "libpqxx-dev (>= " "libpqxx-dev (<< " "libpq-dev (>= 14)"
if [ "$PROMETHEUS" = ON ]; then
  needs "$metrics" "libtenon-dev (= $VERSION)" "prometheus-cpp-dev (>= 1." "prometheus-cpp-dev (<< 1."
fi
if dpkg-deb -f "$dev" Depends | grep -q prometheus; then die "libtenon-dev wants prometheus-cpp of every host"; fi
needs "$tools" libc6 libstdc++6 libsqlite3-0 libpq5

if command -v apt-get >/dev/null; then
  quietly "$work/apt.log" apt-get install --simulate --no-install-recommends "${packages[@]}"
  grep -E '^Inst (libtenon(-prometheus)?-dev|tenon-tools) ' "$work/apt.log" | wc -l | grep -qx ${#packages[@]} ||
    die "apt would not install them"
fi

for package in "${packages[@]}"; do
  if dpkg-deb --contents "$package" | awk '{ print $6 }' | grep -vE '^\./(usr/.*)?$'; then
    die "$(basename "$package") has files outside /usr"
  fi
  copyright=./usr/share/doc/$(dpkg-deb -f "$package" Package)/copyright
  dpkg-deb --fsys-tarfile "$package" | tar -xO "$copyright" | cmp - "$SOURCE/LICENSE" ||
    die "$(basename "$package") has no licence"
done
unpack() { dpkg-deb --fsys-tarfile "$1" | tar -x -C "$work/moved" --strip-components=2 ./usr; }
mkdir "$work/moved"
unpack "$dev"
unpack "$tools"
if dpkg-deb --contents "$dev" | grep -E '/bin/|\.so'; then die "libtenon-dev has programs or shared libraries"; fi
if dpkg-deb --contents "$tools" | grep -E 'include/|lib/|cmake/'; then die "tenon-tools has development files"; fi

moved=-DCMAKE_PREFIX_PATH=$work/moved
use "sqlite" "$moved"
if [ "$PROMETHEUS" = ON ]; then
  refused "prometheus" "tenon's component 'prometheus' is not installed; on Debian its package is libtenon-prometheus-dev" "$moved"
  quietly "$work/host.log" configure_host "" "$moved"
  if grep -x -- '-- host: with prometheus' "$work/host.log"; then die "a host gets a component that is not installed"; fi
  [ ! -e "$work/moved/include/tenon/observers/prometheus.hpp" ] || die "libtenon-dev has the header of the metrics"
  unpack "$metrics"
fi
use "" "$moved"
use_pkg_config "$work/moved" archives sqlite::memory: postgresql://nobody@127.0.0.1:1/none
"$work/moved/bin/tenon" --version
rm -rf "$work"
