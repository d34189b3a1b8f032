#!/usr/bin/env bash
# conan.sh DIRECTORY, called by ctest with the environment of tests/consumer/CMakeLists.txt.
#
# Runs `conan create` with its test_package in a Conan home of its own, without a remote: the dependencies are
# this system's libraries, each behind a stand-in recipe with the names of Conan Center's. Then asks Conan whether
# the recipe takes the newest versions that Conan Center has.
set -euo pipefail
work=$1
rm -rf "$work"
mkdir -p "$work"
. "$SOURCE/tests/consumer/common.sh"

if ! command -v conan >/dev/null; then
  echo "SKIPPED: no conan; the Conan recipe is only read (packages.recipes), not built"
  exit 77
fi
if ! command -v pkg-config >/dev/null; then
  echo "SKIPPED: no pkg-config to find this system's libraries with"
  exit 77
fi

export CONAN_HOME=$work/home CXX
export CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1  # Conan gives each build a folder of its own
if [ ${#launcher[@]} -gt 0 ]; then export CMAKE_CXX_COMPILER_LAUNCHER=${launcher[0]#*=}; fi
new_home() {
  CONAN_HOME=$1
  quietly "$work/profile.log" conan profile detect
  quietly "$work/remote.log" conan remote remove '*'
}
new_home "$work/home"

# The components of Conan Center's packages that tenon requires by name.
declare -A component=([boost]=headers [prometheus-cpp]=prometheus-cpp-core)

# stand_in NAME VERSION CMAKE_FILE CMAKE_TARGET [LIBRARY [REQUIREMENT [INCLUDES]]] : what the system has, as a package
stand_in() {
  local directory=$work/stand-ins/$1 libdir=
  mkdir -p "$directory"
  if [ -n "${5:-}" ]; then
    libdir=$(dirname "$("$CXX" -print-file-name="lib$5.so")")
    if [ "$libdir" = . ]; then libdir=$(dirname "$("$CXX" -print-file-name="lib$5.a")"); fi
    libdir=$(realpath "$libdir")
  fi
  cat >"$directory/conanfile.py" <<PY
from conan import ConanFile

class StandIn(ConanFile):
    name = "$1"
    version = "$2"
    if name == "boost":  # Conan takes whatever has this option for headers alone
        options = {"header_only": [True, False]}
        default_options = {"header_only": True}

    def requirements(self):
        for name in "${6:-}".split():
            self.requires(name + "/[>0]")

    def package_info(self):
        info = self.cpp_info
        info.set_property("cmake_file_name", "$3")
        if "${component[$1]:-}":
            info = info.components["${component[$1]:-}"]
        info.set_property("cmake_target_name", "$4")
        info.includedirs = ["${7:-}"] if "${7:-}" else []
        info.bindirs = []
        info.libdirs = ["$libdir"] if "$libdir" else []
        info.libs = ["${5:-}"] if "$libdir" else []
PY
  quietly "$work/stand-in.log" conan export-pkg "$directory"
}
pc() { pkg-config --modversion "$1"; }
macro() { echo "#include <$1>" | "$CXX" -E -dM -x c++ - | sed -n "s/^#define $2 \"\(.*\)\"$/\1/p"; }
pg_includes() { pkg-config --variable=includedir libpq | grep -vx /usr/include || true; }
stand_in boost "$(macro boost/version.hpp BOOST_LIB_VERSION | tr _ .).0" Boost Boost::headers
stand_in nlohmann_json "$(pc nlohmann_json)" nlohmann_json nlohmann_json::nlohmann_json
stand_in sqlite3 "$(pc sqlite3)" SQLite3 SQLite::SQLite3 sqlite3
stand_in sqlitecpp "$(macro SQLiteCpp/SQLiteCpp.h SQLITECPP_VERSION | sed 's/\.0*\([0-9]\)/.\1/g')" SQLiteCpp SQLiteCpp SQLiteCpp sqlite3
stand_in libpq "$(pc libpq)" PostgreSQL PostgreSQL::PostgreSQL pq "" "$(pg_includes)"
stand_in libpqxx "$(pc libpqxx)" libpqxx libpqxx::pqxx pqxx libpq
stand_in cli11 "$(pc CLI11)" CLI11 CLI11::CLI11
metrics=
if pkg-config --exists prometheus-cpp-core; then
  metrics=True
  stand_in prometheus-cpp "$(pc prometheus-cpp-core)" prometheus-cpp prometheus-cpp::core prometheus-cpp-core
else
  echo "SKIPPED: no prometheus-cpp; the option prometheus is not built"
fi

# create OPTION... : builds the package and the program of test_package, which looks at every backend
cp -r "$SOURCE/packaging/conan/test_package" "$work/test_package"  # Conan builds in there
create() {
  echo "== conan create $*"
  quietly "$work/create.log" conan create "$SOURCE/packaging/conan" --test-folder "$work/test_package" -s compiler.cppstd=20 -s build_type=Debug \
    -c tools.build:jobs=2 -c 'tools.build:cxxflags=["-g0"]' -c tools.cmake.cmaketoolchain:generator="$GENERATOR" "$@"
  grep -qx 'tenon works' "$work/create.log" || { cat "$work/create.log" >&2; die "test_package did not run"; }
}
create -o '&:tools=True' -o "&:prometheus=${metrics:-False}"
package=$(find "$CONAN_HOME/p" -path '*/p/bin/tenon' | head -1)
[ -n "$package" ] || die "the package has no command line"
"$package" --version
create -o '&:shared=True' -o "&:prometheus=${metrics:-False}"
create -o '&:postgres=False'

# Without CMake: `tenon` stands for every component of the package, as where tenon was installed from its build.
echo "== conan install, for pkg-config"
quietly "$work/install.log" conan install --requires "tenon/$VERSION" -o '*:postgres=False' -s compiler.cppstd=20 \
  -s build_type=Debug -g PkgConfigDeps --output-folder "$work/pc"
export PKG_CONFIG_PATH=$work/pc
flags_of --cflags --libs tenon
"$CXX" -std=c++20 "$SOURCE/tests/consumer/plain.cpp" -o "$work/plain" "${flags[@]}"
"$work/plain" sqlite::memory:

if conan create "$SOURCE/packaging/conan" -s compiler.cppstd=17 >"$work/refused.log" 2>&1; then
  die "the recipe accepts C++17"
fi
grep -q 'cppstd' "$work/refused.log" || { cat "$work/refused.log" >&2; die "the recipe does not say that it wants C++20"; }

# What Conan Center had in 2026, resolved for g++ 14 and not built.
new_home "$work/newest"
stand_in boost 1.90.0 Boost Boost::headers
stand_in nlohmann_json 3.12.0 nlohmann_json nlohmann_json::nlohmann_json
stand_in sqlite3 3.51.0 SQLite3 SQLite::SQLite3
stand_in sqlitecpp 3.3.3 SQLiteCpp SQLiteCpp "" sqlite3
stand_in libpq 17.7 PostgreSQL PostgreSQL::PostgreSQL
stand_in libpqxx 8.0.2 libpqxx libpqxx::pqxx "" libpq
stand_in prometheus-cpp 1.3.0 prometheus-cpp prometheus-cpp::core
stand_in cli11 2.6.0 CLI11 CLI11::CLI11
resolve() {
  conan graph info "$SOURCE/packaging/conan" -s compiler.cppstd=20 -s compiler=gcc -s compiler.libcxx=libstdc++11 \
    -s "compiler.version=$1" -o '&:prometheus=True' -o '&:tools=True' >"$work/resolve.log" 2>&1
}
echo "== the newest versions of Conan Center"
resolve 14 || { cat "$work/resolve.log" >&2; die "the recipe does not take them"; }
for reference in boost/1.90.0 nlohmann_json/3.12.0 sqlitecpp/3.3.3 libpq/17.7 libpqxx/8.0.2 prometheus-cpp/1.3.0 cli11/2.6.0; do
  grep -qF "$reference" "$work/resolve.log" || { cat "$work/resolve.log" >&2; die "$reference was not taken"; }
done
resolve 12 || true
grep -qF 'libpqxx 8 needs g++ 13' "$work/resolve.log" || { cat "$work/resolve.log" >&2; die "libpqxx 8 is taken for g++ 12"; }
rm -rf "$work"
