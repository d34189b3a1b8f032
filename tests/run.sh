#!/usr/bin/env bash
# tests/run.sh [--sanitize asan|tsan] [--clang] [-R REGEX] [-- CTEST_ARGUMENT...]
#
# Runs every test on Debian 12 or 13, on SQLite and on a PostgreSQL server of its own that ends with the run.
# Installs the packages it needs, as root or through sudo, when one is missing. Builds in build/tests
# (build/tests-asan, build/tests-tsan). A whole run without a sanitizer ends with the fuzzers of tests/fuzz,
# 10 seconds each.
#
#   -R REGEX     only the tests whose names match
#   --sanitize   with AddressSanitizer and UndefinedBehaviorSanitizer, or with ThreadSanitizer
#   --clang      with the newest clang instead of g++: of those that are installed, or else that Debian has
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(cmake ninja-build g++ pkg-config boost nlohmann-json3-dev libsqlitecpp-dev libsqlite3-dev libpqxx-dev
  libpq-dev postgresql libcli11-dev libgtest-dev libgmock-dev prometheus-cpp-dev libspdlog-dev libcpp-httplib-dev
  libssl-dev openssl pgbouncer strace valgrind chromium ccache dpkg-dev file doxygen)
name=tests
fuzz=yes
clang=
options=()
selection=()

while [ $# -gt 0 ]; do
  case $1 in
    --sanitize)
      case ${2:-} in
        asan) flags="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -Wno-maybe-uninitialized" ;;
        tsan) flags="-fsanitize=thread -fno-omit-frame-pointer -O1 -Wno-maybe-uninitialized" ;;
        *) echo "$0: --sanitize takes asan or tsan" >&2; exit 2 ;;
      esac
      name+="-$2"
      fuzz=no
      options+=("-DCMAKE_CXX_FLAGS=$flags")
      shift 2
      ;;
    --clang)
      packages+=(newest-clang)
      name+=-clang
      fuzz=no
      clang=yes
      shift
      ;;
    -R)
      [ $# -ge 2 ] || { echo "$0: -R takes a regular expression" >&2; exit 2; }
      selection+=(-R "$2")
      shift 2
      ;;
    --)
      shift
      selection+=("$@")
      break
      ;;
    *)
      sed -n '2,12p' "$0" | sed 's/^# \{0,1\}//' >&2
      exit 2
      ;;
  esac
done

[ ${#selection[@]} -eq 0 ] || fuzz=no

. packaging/debian/apt.sh
if [ $fuzz = yes ]; then packages+=(libfuzzer); fi
install_debian_packages "${packages[@]}"

if [ -n "$clang" ]; then
  compiler=$(newest_clang)
  [ -n "$compiler" ] || { echo "$0: there is no clang 16 or newer" >&2; exit 1; }
  echo "== With $compiler"
  options+=("-DCMAKE_CXX_COMPILER=$compiler")
fi
if command -v ccache >/dev/null; then
  options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi

jobs=$(nproc)
build="build/$name"
# No debug information, programs without optimisation and several sources at once: the quickest to build. The
# libraries are optimised, so that what is counted is what is released, and the optimiser's warnings are seen.
if [[ $name != *san ]]; then options+=(-DTENON_OPTIMIZED_LIBRARIES=ON); fi
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-g0 -DTENON_BUILD_TESTS=ON \
  -DTENON_BUILD_EXAMPLES=ON -DTENON_BUILD_CLI=ON -DTENON_PROMETHEUS=ON -DTENON_UNITY_PROGRAMS=ON "${options[@]}"
cmake --build "$build" --parallel "$jobs"

# One more than processors, for some tests only wait.
bash tests/support/with_postgres.sh \
  ctest --test-dir "$build" --output-on-failure --parallel "$((jobs + 1))" "${selection[@]}"

# Fuzzers are a build of their own, with clang; longer runs: tests/fuzz/run.sh --seconds N.
if [ $fuzz = yes ]; then
  bash tests/support/with_postgres.sh tests/fuzz/run.sh --seconds 10
fi
