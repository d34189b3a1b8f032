#!/usr/bin/env bash
# tests/fuzz/run.sh [--seconds N] [FUZZER...]
#
# Builds the fuzzers with clang in build/fuzz, and runs each for N seconds (20), two at a time: of tenant
# isolation raw_sqlite, tenants_sqlite, raw_postgres, tenants_postgres and guard_postgres, of migration scripts
# split_script. raw_postgres and tenants_postgres need TENON_TEST_POSTGRES_URL (tests/support/with_postgres.sh sets it) and are left out without it.
# What a fuzzer learns is kept in build/fuzz/corpus; an input that breaks one is left in build/fuzz.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=20
chosen=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds takes a number}; shift 2 ;;
    -*) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;;
    *) chosen+=("$1"); shift ;;
  esac
done

# FUZZ_CXX, or the first of the clangs that Debian 12 and 13 have.
compiler=${FUZZ_CXX:-}
for version in 16 19 18 17; do
  if [ -z "$compiler" ] && command -v "clang++-$version" >/dev/null; then compiler=clang++-$version; fi
done
if ! command -v "${compiler:=clang++-16}" >/dev/null; then
  echo "tests/fuzz/run.sh: SKIPPED, there is no $compiler (packages clang-16 and libclang-rt-16-dev, or 19)"
  exit 0
fi
if [ ${#chosen[@]} -eq 0 ]; then
  chosen=(raw_sqlite tenants_sqlite guard_postgres split_script)
  if [ -n "${TENON_TEST_POSTGRES_URL:-}" ]; then
    chosen+=(raw_postgres tenants_postgres)
  else
    echo "tests/fuzz/run.sh: TENON_TEST_POSTGRES_URL is not set; raw_postgres and tenants_postgres are left out"
  fi
fi

build=build/fuzz
mkdir -p build
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake -S tests/fuzz -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_UNITY_BUILD=ON "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1" \
  -DCMAKE_CXX_COMPILER="$compiler" "${launcher[@]}" >"$build.log" 2>&1 || { cat "$build.log" >&2; exit 1; }
cmake --build "$build" --target "${chosen[@]/#/fuzz-}" write_seeds
"$build/write_seeds" "$build/seeds"

# run_one NAME
run_one() {
  local name=$1 kind=${1%_*} backend=${1#*_} seeds
  local dictionary=tests/fuzz/sql.dict
  case $name in split_script) dictionary=tests/fuzz/split_script.dict ;; esac
  case $kind in
    tenants) seeds=tests/fuzz/seeds/tenants ;;
    split) seeds=$build/seeds/sqlite ;;
    *) seeds=$build/seeds/$backend ;;
  esac
  mkdir -p "$build/corpus/$name"
  local status=0
  ASAN_OPTIONS=detect_leaks=0 "$build/fuzz-$name" -max_total_time="$seconds" -max_len=1024 -timeout=30 \
    -dict="$dictionary" -artifact_prefix="$build/$name-" -print_final_stats=1 \
    "$build/corpus/$name" "$seeds" >"$build/$name.log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -60 "$build/$name.log" >&2
    echo "tests/fuzz/run.sh: $name FAILED; run build/fuzz/fuzz-$name with the input that it names" >&2
    return 1
  fi
  echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log") inputs in $seconds s, none breaks it"
}

running=()
failed=0
for name in "${chosen[@]}"; do
  run_one "$name" &
  running+=($!)
  if [ ${#running[@]} -eq 2 ]; then
    for job in "${running[@]}"; do wait "$job" || failed=1; done
    running=()
  fi
done
for job in "${running[@]}"; do wait "$job" || failed=1; done
exit $failed
