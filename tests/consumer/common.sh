# Sourced by the scripts that use tenon as a host does. They are called by ctest with the environment of
# tests/consumer/CMakeLists.txt, and set $work, a directory of their own.

host_source=$SOURCE/tests/consumer/host
launcher=()
if [ -n "${LAUNCHER:-}" ]; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER="$LAUNCHER")
elif command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
# The flags of tests/run.sh, so that ccache finds what it has compiled.
common=(-G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-g0)

die() {
  echo "$*" >&2
  exit 1
}

# quietly LOG COMMAND... : shows what COMMAND printed only when it fails
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 || { tail -60 "$log" >&2; exit 1; }
}

# build_and_install OPTION... : tenon alone, into $work/made
build_and_install() {
  quietly "$work/configure.log" "$CMAKE" -S "$SOURCE" -B "$work/tenon" "${common[@]}" -DTENON_BUILD_TESTS=OFF \
    -DTENON_BUILD_EXAMPLES=OFF -DTENON_BUILD_CLI=OFF -DTENON_BUILD_BENCH=OFF "$@"
  quietly "$work/build.log" "$CMAKE" --build "$work/tenon" --parallel 2
  quietly "$work/install.log" "$CMAKE" --install "$work/tenon" --prefix "$work/made"
  rm -rf "$work/tenon"
}

# configure_host COMPONENTS(joined by +) OPTION...
configure_host() {
  local components=$1
  shift
  "$CMAKE" -S "$host_source" -B "$work/host-$components" "${common[@]}" -DCOMPONENTS="${components//+/;}" "$@"
}

# use COMPONENTS OPTION... : builds and runs the host
use() {
  echo "== host with components: ${1:-(none asked for)}"
  quietly "$work/host.log" configure_host "$@"
  quietly "$work/host.log" "$CMAKE" --build "$work/host-$1" --parallel 2
  (cd "$work/host-$1" && ./host)
}

# refused COMPONENTS TEXT OPTION... : find_package must fail and say so
refused() {
  local components=$1 text=$2
  shift 2
  echo "== refused: $components"
  if configure_host "$components" "$@" >"$work/refused.log" 2>&1; then
    die "find_package succeeded with $components"
  fi
  tr '\n' ' ' <"$work/refused.log" | tr -s ' ' | grep -F -- "$text" >/dev/null ||
    { cat "$work/refused.log" >&2; die "the message lacks: $text"; }
}

# The first C++ program of the README, as it stands there.
readme_program() {
  awk '/^```cpp/ { inside = 1; next } /^```/ { if (inside) exit } inside' "$SOURCE/README.md" >"$work/readme.cpp"
  echo "$work/readme.cpp"
}

# use_pkg_config PREFIX [--static] URL... : a program that is compiled without CMake finds a backend for each URL
use_pkg_config() {
  local prefix=$1 static=() pc
  shift
  if [ "${1:-}" = --static ]; then
    static=(--static)
    shift
  fi
  if ! command -v pkg-config >/dev/null; then
    echo "== SKIPPED: no pkg-config"
    return
  fi
  pc=$(find "$prefix" -name tenon.pc)
  echo "== pkg-config ${static[*]} --libs tenon"
  pkg_config() { PKG_CONFIG_PATH=$(dirname "$pc") pkg-config "$@"; }
  pkg_config --validate tenon
  [ "$(pkg_config --modversion tenon)" = "$VERSION" ] || die "tenon.pc is of another version"
  pkg_config "${static[@]}" --libs tenon
  # shellcheck disable=SC2046
  "$CXX" -std=c++20 "$SOURCE/tests/consumer/plain.cpp" -o "$work/plain" \
    $(pkg_config "${static[@]}" --cflags --libs tenon) -Wl,-rpath,"$(pkg_config --variable=libdir tenon)"
  "$work/plain" "$@"
}
