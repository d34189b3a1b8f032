#!/usr/bin/env bash
# run.sh CASE DIRECTORY, called by ctest with the environment of CMakeLists.txt.
#
#   this_build     installs the build that runs the tests
#   shared         both backends as shared libraries; looks at what they export too
#   sqlite_only    builds with one backend; asking for the other must say how to get it
#   postgres_only
#
# Each installation is moved before it is used, so nothing may remember where it was made.
set -euo pipefail
case_name=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$work"
mkdir -p "$work"

launcher=()
if [ -n "${LAUNCHER:-}" ]; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER="$LAUNCHER")
elif command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
common=(-G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" "${launcher[@]}")

# build_and_install OPTION... : tenon alone, into $work/made
build_and_install() {
  "$CMAKE" -S "$SOURCE" -B "$work/tenon" "${common[@]}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-g0 \
    -DTENON_BUILD_TESTS=OFF -DTENON_BUILD_EXAMPLES=OFF -DTENON_BUILD_CLI=OFF -DTENON_BUILD_BENCH=OFF "$@" \
    >"$work/configure.log"
  "$CMAKE" --build "$work/tenon" --parallel 2 >"$work/build.log" || { tail -50 "$work/build.log"; exit 1; }
  "$CMAKE" --install "$work/tenon" --prefix "$work/made" >"$work/install.log"
  rm -rf "$work/tenon"
}

# configure_host COMPONENTS OPTION...
configure_host() {
  local components=$1
  shift
  "$CMAKE" -S "$here/host" -B "$work/host-$components" "${common[@]}" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_PREFIX_PATH="$work/moved" -DCOMPONENTS="${components//+/;}" "$@"
}

# use COMPONENTS : builds and runs the host
use() {
  echo "== host with components: ${1:-(none asked for)}"
  configure_host "$1" "${@:2}" >"$work/host.log"
  "$CMAKE" --build "$work/host-$1" --parallel 2
  (cd "$work/host-$1" && ./host)
}

# refused COMPONENTS TEXT : find_package must fail and say so
refused() {
  echo "== refused: $1"
  if configure_host "$1" >"$work/refused.log" 2>&1; then
    echo "find_package succeeded with $1" >&2
    exit 1
  fi
  tr '\n' ' ' <"$work/refused.log" | tr -s ' ' | grep -F -- "$2" >/dev/null ||
    { cat "$work/refused.log"; echo "the message lacks: $2" >&2; exit 1; }
}

# The libraries show tenon's own names. Weak instances of templates of the standard library, of Boost and of
# nlohmann/json cannot be hidden by GCC when their arguments are visible, and do no harm.
check_exports() {
  local library strange
  for library in "$work"/moved/lib*/libtenon*.so "$work"/moved/lib*/*/libtenon*.so; do
    [ -e "$library" ] || continue
    echo "== exports of $(basename "$library")"
    strange=$(nm -D --defined-only -C "$library" | awk '{ $1 = ""; print }' | grep -v 'tenon' |
      grep -vE '^ [WVuw] (std::|void std::|bool std::|auto std::|vtable for (std|boost|nlohmann)|typeinfo|guard variable|boost::|nlohmann::|.*(std|__gnu_cxx|nlohmann|boost)::)' || true)
    strange+=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -E '^(sqlite3|PQ|pq|lo_)' || true)
    strange+=$(nm -D --defined-only -C "$library" | grep -E ' (SQLite|pqxx)::' || true)
    if [ -n "$strange" ]; then
      echo "$strange" >&2
      exit 1
    fi
  done
}

# The first C++ program of the README, as it stands there.
readme_program() {
  awk '/^```cpp/ { inside = 1; next } /^```/ { if (inside) exit } inside' "$SOURCE/README.md" >"$work/readme.cpp"
  echo "$work/readme.cpp"
}

case $case_name in
  this_build)
    "$CMAKE" --install "$THIS_BUILD" --prefix "$work/made" >"$work/install.log"
    mv "$work/made" "$work/moved"
    refused "sqlite+mysql" "tenon has no component 'mysql'; its components are: sqlite, postgres"
    use "" -DREADME_PROGRAM="$(readme_program)" -DHOST_ATTACKS=ON
    if [ -e "$work/host-/attacks" ]; then
      echo "== attacks on the host's own table"
      (cd "$work/host-" && ./attacks --gtest_brief=1)
    fi
    if [ -e "$work/host-/readme" ]; then
      echo "== the README's program"
      (cd "$work/host-" && ./readme)
    fi
    if [ -x "$work/moved/bin/tenon" ]; then "$work/moved/bin/tenon" --help >/dev/null; fi
    ;;
  shared)
    build_and_install -DBUILD_SHARED_LIBS=ON
    mv "$work/made" "$work/moved"
    check_exports
    use "sqlite+postgres" -DREADME_PROGRAM="$(readme_program)"
    (cd "$work/host-sqlite+postgres" && ./readme)
    use "sqlite"
    ;;
  sqlite_only)
    build_and_install -DTENON_POSTGRES=OFF
    mv "$work/made" "$work/moved"
    refused "postgres" "tenon was built without the component 'postgres'; configure tenon with -DTENON_POSTGRES=ON"
    use "sqlite"
    ;;
  postgres_only)
    build_and_install -DTENON_SQLITE=OFF
    mv "$work/made" "$work/moved"
    refused "sqlite" "tenon was built without the component 'sqlite'; configure tenon with -DTENON_SQLITE=ON"
    use ""
    ;;
  *)
    echo "unknown case $case_name" >&2
    exit 2
    ;;
esac

if grep -rlF "$work/made" "$work/moved"/lib*/cmake "$work/moved"/lib*/*/cmake 2>/dev/null; then
  echo "the package remembers where it was installed" >&2
  exit 1
fi
rm -rf "$work"
