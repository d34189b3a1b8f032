# Sourced by the scripts that use tenon as a host does. They are called by ctest with the environment of
# tests/consumer/CMakeLists.txt, and set $work, a directory of their own.

host_source=$SOURCE/tests/consumer/host
launcher=()
if [ -n "${LAUNCHER:-}" ]; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER="$LAUNCHER")
elif command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
# The flags of tests/run.sh, so that ccache finds what it has compiled. One job at a time: other tests run beside.
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
  quietly "$work/build.log" "$CMAKE" --build "$work/tenon" --parallel 1
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
  quietly "$work/host.log" "$CMAKE" --build "$work/host-$1" --parallel 1
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

# links_statically MODULE : whether all is there that a program needs which takes MODULE from an archive
links_statically() {
  # shellcheck disable=SC2046
  echo 'int main() {}' | "$CXX" -x c++ - -o "$work/trivial" $(pkg-config --static --libs "$1") 2>/dev/null
}

# Whether that holds for everything that tenon.pc requires. Debian's libpq lacks archives that its .pc names.
needs_link_statically() {
  local module
  for module in $(pkg-config --print-requires-private tenon | awk '{ print $1 }'); do
    links_statically "$module" || { echo "== SKIPPED: pkg-config --static, for $module lacks libraries here"; return 1; }
  done
}

# use_pkg_config PREFIX ARCHIVE? URL... : a program compiled without CMake finds a backend for each URL. With
# archives also under pkg-config's --static, where the system has what that asks for.
use_pkg_config() {
  local prefix=$1 archive=$2 modes=("") mode
  shift 2
  if ! command -v pkg-config >/dev/null; then
    echo "== SKIPPED: no pkg-config"
    return
  fi
  PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name tenon.pc)")
  export PKG_CONFIG_PATH
  pkg-config --validate tenon
  [ "$(pkg-config --modversion tenon)" = "$VERSION" ] || die "tenon.pc is of another version"
  if [ -n "$archive" ]; then
    modes+=(--static)
    pkg-config --print-requires-private tenon | grep -q 'sqlite3\|libpqxx' || die "tenon.pc lacks Requires.private"
  fi
  # shellcheck disable=SC2046
  "$CXX" -std=c++20 -c "$SOURCE/tests/consumer/plain.cpp" -o "$work/plain.o" $(pkg-config --cflags tenon)
  for mode in "${modes[@]}"; do
    if [ -n "$mode" ] && ! needs_link_statically; then continue; fi
    echo "== pkg-config $mode: $(pkg-config $mode --libs tenon | sed "s#$PKG_CONFIG_PATH#…#g")"
    # shellcheck disable=SC2046
    "$CXX" "$work/plain.o" -o "$work/plain" $(pkg-config $mode --libs tenon) \
      -Wl,-rpath,"$(pkg-config --variable=libdir tenon)"
    "$work/plain" "$@"
  done
  if [ -z "$(find "$prefix" -name tenon-prometheus.pc)" ]; then return; fi
  pkg-config --validate tenon-prometheus
  echo "== pkg-config: $(pkg-config --libs tenon-prometheus | sed "s#$PKG_CONFIG_PATH#…#g")"
  # shellcheck disable=SC2046
  "$CXX" -std=c++20 -DWITH_PROMETHEUS "$SOURCE/tests/consumer/plain.cpp" -o "$work/plain" \
    $(pkg-config --cflags --libs tenon-prometheus) -Wl,-rpath,"$(pkg-config --variable=libdir tenon)"
  "$work/plain" "$@"
}
