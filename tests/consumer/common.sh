# Sourced by the scripts that use tenon as a host does. They are called by ctest with the environment of
# tests/consumer/CMakeLists.txt, and set $work, a directory of their own.

host_source=$SOURCE/tests/consumer/host
launcher=()
if [ -n "${LAUNCHER:-}" ]; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER="$LAUNCHER")
elif command -v ccache >/dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
# The flags of tests/run.sh, so that ccache finds what it has compiled; where tenon itself is compiled,
# `as_tested` as well. One job at a time: other tests run beside.
common=(-G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-g0)
as_tested=(-DTENON_OPTIMIZED_LIBRARIES="$OPTIMIZED_LIBRARIES")

compile=("$CXX")
if [ -n "${launcher[*]}" ]; then compile=("${launcher[0]#*=}" "$CXX"); fi

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
  quietly "$work/configure.log" "$CMAKE" -S "$SOURCE" -B "$work/tenon" "${common[@]}" "${as_tested[@]}" -DTENON_BUILD_TESTS=OFF \
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

# compile_here COMMAND... : a compilation in $work, or a build there. Other cases have the same installation in another
# folder; ccache sees where it lies from here.
compile_here() {
  (cd "$work" && CCACHE_BASEDIR=$work quietly "$work/compile.log" "$@")
}
build_host() {
  compile_here "$CMAKE" --build "$1" --parallel 1
}

# use COMPONENTS OPTION... : builds and runs the host
use() {
  echo "== host with components: ${1:-(none asked for)}"
  quietly "$work/host.log" configure_host "$@"
  build_host "host-$1"
  (cd "$work/host-$1" && ./host)
}

# use_old_host OPTION... : the same with a host of before CMake 3.13
use_old_host() {
  echo "== a host of before CMake 3.13"
  quietly "$work/host.log" "$CMAKE" -S "$SOURCE/tests/consumer/old_host" -B "$work/old_host" "${common[@]}" "$@"
  build_host old_host
  "$work/old_host/old_host"
}

# refused COMPONENTS TEXT OPTION... : find_package must fail and say so
refused() {
  local components=$1 text=$2
  shift 2
  echo "== refused: $components"
  if configure_host "$components" "$@" >"$work/refused.log" 2>&1; then
    die "find_package succeeded with $components"
  fi
  rm -rf "$work/host-$components"
  tr '\n' ' ' <"$work/refused.log" | tr -s ' ' | grep -F -- "$text" >/dev/null ||
    { cat "$work/refused.log" >&2; die "the message lacks: $text"; }
}

# optional_left_out COMPONENT PACKAGE OPTION... : a host that can do without COMPONENT gets the other backend where
# PACKAGE, which COMPONENT needs, is not found; one that asks for it does not
optional_left_out() {
  local component=$1 package=$2 other=sqlite
  shift 2
  if [ "$component" = sqlite ]; then other=postgres; fi
  echo "== without $package, and so without the optional $component"
  quietly "$work/optional.log" configure_host "$other" "$@" -DOPTIONAL="$component" -DCMAKE_DISABLE_FIND_PACKAGE_"$package"=ON
  grep -qx -- "-- host: with $other" "$work/optional.log" || die "the host has no $other"
  if grep -x -- "-- host: with $component" "$work/optional.log"; then die "the host has $component without $package"; fi
  grep -q "without the optional component $component, which needs $package" "$work/optional.log" ||
    die "nothing says that $component is left out"
  rm -rf "$work/host-$other"
  refused "$component" "$package" "$@" -DCMAKE_DISABLE_FIND_PACKAGE_"$package"=ON
}

# The first C++ program of the README, as it stands there.
readme_program() {
  awk '/^```cpp/ { inside = 1; next } /^```/ { if (inside) exit } inside' "$SOURCE/README.md" >"$work/readme.cpp"
  echo "$work/readme.cpp"
}

# flags_of ARGUMENT... : what pkg-config answers, as the words of the array `flags`. It escapes what a shell would part.
flags_of() {
  eval "flags=($(pkg-config "$@"))"
}

# links_statically MODULE : whether all is there that a program needs which takes MODULE from an archive
links_statically() {
  flags_of --static --libs "$1"
  echo 'int main() {}' | "$CXX" -x c++ - -o "$work/trivial" "${flags[@]}" 2>/dev/null
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
  flags_of --cflags tenon
  compile_here "${compile[@]}" -std=c++20 -c "$SOURCE/tests/consumer/plain.cpp" -o plain.o "${flags[@]}"
  for mode in "${modes[@]}"; do
    if [ -n "$mode" ] && ! needs_link_statically; then continue; fi
    link_program plain ${mode:+"$mode"} tenon
    "$work/plain" "$@"
  done
  if [ -z "$(find "$prefix" -name tenon-prometheus.pc)" ]; then return; fi
  pkg-config --validate tenon-prometheus
  flags_of --cflags tenon-prometheus
  compile_here "${compile[@]}" -std=c++20 -c "$SOURCE/tests/consumer/metrics.cpp" -o metrics.o "${flags[@]}"
  link_program metrics tenon-prometheus
  "$work/metrics"
}

# link_program NAME [--static] MODULE : links NAME.o. The host takes only the libraries that it uses, and tenon's backends
# change nothing about those that follow.
link_program() {
  local name=$1 libdir
  shift
  flags_of --variable=libdir tenon
  libdir=${flags[0]}
  flags_of --libs "$@"
  echo "== pkg-config $*: ${flags[*]//"$PKG_CONFIG_PATH"/…}"
  "$CXX" "$work/$name.o" -o "$work/$name" -Wl,--as-needed "${flags[@]}" "$(unused_library)" \
    -Wl,-rpath,"$libdir"
  takes_no_unused_library "$work/$name"
}

# A shared library that no program uses.
unused_library() {
  [ -e "$work/libunused.so" ] || echo 'int unused = 0;' | "$CXX" -shared -fPIC -x c++ - -o "$work/libunused.so"
  echo "$work/libunused.so"
}
takes_no_unused_library() {
  if readelf -d "$1" | grep NEEDED.*libunused; then die "$1 takes a library that it does not use"; fi
}
