#!/usr/bin/env bash
# vcpkg.sh DIRECTORY, called by ctest with the environment of tests/consumer/CMakeLists.txt.
#
# Where VCPKG_ROOT names a vcpkg: installs the port with every feature, static and dynamic, with vcpkg's checks
# after the build, and uses both as a host does; then the port in the form that is submitted. Nothing is
# downloaded: the dependencies are this system's libraries, each behind an empty overlay port.
set -euo pipefail
work=$1
rm -rf "$work"
mkdir -p "$work"
. "$SOURCE/tests/consumer/common.sh"

if [ -z "${VCPKG_ROOT:-}" ] || [ ! -x "$VCPKG_ROOT/vcpkg" ]; then
  echo "SKIPPED: VCPKG_ROOT names no vcpkg; the port is only read (packages.recipes), not built"
  exit 77
fi
if [ "$(uname -m)" != x86_64 ]; then
  echo "SKIPPED: the triplets of this test are for x86_64"
  exit 77
fi

export VCPKG_FORCE_SYSTEM_BINARIES=1 VCPKG_DISABLE_METRICS=1 X_VCPKG_ASSET_SOURCES='clear;x-block-origin'
export VCPKG_DOWNLOADS=$work/downloads VCPKG_DEFAULT_BINARY_CACHE=$work/cache CXX
export CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1  # vcpkg gives each build a folder of its own
export VCPKG_KEEP_ENV_VARS='CXX;HOME;CCACHE_DIR;CCACHE_BASEDIR;CCACHE_NOHASHDIR;CMAKE_CXX_COMPILER_LAUNCHER'
if [ ${#launcher[@]} -gt 0 ]; then export CMAKE_CXX_COMPILER_LAUNCHER=${launcher[0]#*=}; fi
mkdir -p "$VCPKG_DOWNLOADS" "$VCPKG_DEFAULT_BINARY_CACHE"

for port in boost-container boost-describe boost-endian boost-mp11 boost-uuid nlohmann-json sqlite3 sqlitecpp libpq libpqxx \
  prometheus-cpp cli11; do
  mkdir -p "$work/stand-ins/$port"
  printf '{"name": "%s", "version": "1"}\n' "$port" >"$work/stand-ins/$port/vcpkg.json"
  echo 'set(VCPKG_POLICY_EMPTY_PACKAGE enabled)' >"$work/stand-ins/$port/portfile.cmake"
done

# The triplets of vcpkg, with flags that are quick to compile with and the same for debug and release, so that
# ccache finds the second; the second and third triplet are for release only.
mkdir -p "$work/triplets"
triplet() {
  cat >"$work/triplets/$1.cmake" <<CMAKE
include("$VCPKG_ROOT/triplets/$2.cmake")
set(VCPKG_CMAKE_CONFIGURE_OPTIONS -DCMAKE_CXX_FLAGS_DEBUG=-g0 -DCMAKE_CXX_FLAGS_RELEASE=-g0)
${3:-}
CMAKE
}
triplet archives x64-linux
triplet shared community/x64-linux-dynamic 'set(VCPKG_BUILD_TYPE release)'
triplet release x64-linux 'set(VCPKG_BUILD_TYPE release)'

# install TRIPLET PORTS FEATURES
install() {
  echo "== vcpkg install tenon[$3] for $1"
  quietly "$work/vcpkg.log" "$VCPKG_ROOT/vcpkg" install "tenon[core,$3]" --triplet "$1" --host-triplet "$1" \
    --overlay-ports "$work/stand-ins" --overlay-ports "$2" --classic --clean-buildtrees-after-build --clean-packages-after-build \
    --overlay-triplets "$work/triplets" --x-install-root "$work/installed" --x-buildtrees-root "$work/buildtrees" --x-packages-root "$work/packages"
  # vcpkg looks at what the port installed: misplaced files, wrong linkage, missing copyright …
  if grep -iE 'post-build check|warning: .*(portfile|Found|should|missing)' "$work/vcpkg.log"; then
    cat "$work/vcpkg.log" >&2
    die "vcpkg has found something to mend in the port"
  fi
  [ -e "$work/installed/$1/share/tenon/copyright" ] || die "no copyright"
  grep -q 'tenon provides CMake targets' "$work/vcpkg.log" || die "no usage was shown"
}
metrics=
if pkg-config --exists prometheus-cpp-core; then metrics=,prometheus; else echo "SKIPPED: no prometheus-cpp; the feature prometheus is not built"; fi
for triplet in archives shared; do
  install "$triplet" "$SOURCE/packaging/vcpkg/ports" "sqlite,postgres,tools$metrics"
  "$work/installed/$triplet/tools/tenon/tenon" --version
  use "" -DCMAKE_TOOLCHAIN_FILE="$VCPKG_ROOT/scripts/buildsystems/vcpkg.cmake" \
    -DVCPKG_TARGET_TRIPLET="$triplet" -DVCPKG_HOST_TRIPLET="$triplet" -DVCPKG_OVERLAY_TRIPLETS="$work/triplets" -DVCPKG_INSTALLED_DIR="$work/installed" -DVCPKG_MANIFEST_MODE=OFF
  rm -rf "$work/host-" "$work/installed" "$work/packages"
done

# A release as the forge would serve it lies in vcpkg's downloads already.
mkdir "$work/tenon-$VERSION"
tar -C "$SOURCE" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$work/tenon-$VERSION" -xf -
tar -C "$work" -czf "$VCPKG_DOWNLOADS/someone-tenon-v$VERSION.tar.gz" "tenon-$VERSION"
bash "$SOURCE/packaging/vcpkg/submit.sh" someone/tenon "$VCPKG_DOWNLOADS/someone-tenon-v$VERSION.tar.gz" "$work/submitted/tenon"
rm -rf "$work/tenon-$VERSION"
install release "$work/submitted" sqlite
rm -rf "$work"
