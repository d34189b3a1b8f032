#!/usr/bin/env bash
# run.sh [--quick] [--check] [OPTION...]
#
# Builds the benchmarks, runs them on SQLite and on a PostgreSQL server of their own, which ends with them, and
# writes bench/results/: results.json, results.md, and ratios and growth, each as .dat and .svg. Needs Debian 12 or
# later, as root or with sudo where packages are missing.
#
#   --quick   fewer rows, batches, scales and repetitions: some minutes instead of an hour or so
#   --check   prints each target with the measured figure, what is counted (instructions, system calls, heap
#             allocations, round trips, the cost of compiling) included, and exits with 1 when one is missed; in a
#             whole run, without --quick and a filter, also when one was not measured
#
# Other options are tenon_bench's:
#   bench/run.sh --benchmark_filter=get --benchmark_repetitions=9
#   bench/run.sh --postgres postgresql://…   measures a server that is there
# TENON_BENCH_BUILD names the build directory (default: build/bench), TENON_BENCH_JOBS how many compile at once,
# TENON_BENCH_FSYNC=off lets PostgreSQL acknowledge commits before they reach the disk.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${TENON_BENCH_BUILD:-$project/build/bench}
results=$project/bench/results
# Once the program that runs has cleaned up: nothing comes after it.
trap 'exit 130' INT
trap 'exit 143' TERM HUP

check_counted() {
  local failed=0
  echo "Counted, whatever the load:"
  "$build/tests/cost/tenon-cost-tests" --gtest_brief=1 || failed=1
  if [ -n "${TENON_TEST_POSTGRES_TCP_URL:-}" ]; then
    echo "Round trips of every operation on PostgreSQL, counted by a proxy, against those documented:"
    "$build/tests/cost/tenon-round-trip-tests" --gtest_brief=1 || failed=1
  fi
  bash "$project/tests/cost/system_calls.sh" "$build/bench/probe/tenon-operation-probe" || [ $? -eq 77 ] || failed=1
  bash "$project/tests/cost/instructions.sh" "$build/bench/probe/tenon-operation-probe" || [ $? -eq 77 ] || failed=1
  bash "$project/bench/compile_time/run.sh" --check || failed=1
  return $failed
}

run_and_report() { # the options of tenon_bench
  local failed=0 argument
  mkdir -p "$results"
  rm -f "$results"/results.{json,md} "$results"/{ratios,growth}.{dat,svg} # no old one beside new ones
  "$build/bench/tenon_bench" --json "$results/results.json" --markdown "$results/results.md" \
    --plot "$results/ratios.dat" --growth "$results/growth.dat" "$@" || failed=1
  if ! command -v gnuplot >/dev/null; then
    echo "no pictures: gnuplot is not installed"
  else
    for argument in ratios growth; do
      [ -s "$results/$argument.dat" ] || continue
      gnuplot -e "input='$results/$argument.dat'; output_file='$results/$argument.svg'" \
        "$project/bench/$argument.gnuplot"
    done
  fi
  for argument in "$@"; do
    [ "$argument" != --check ] || check_counted || failed=1
  done
  return $failed
}

# Within the server that the last line starts: make it as durable as a server in operation, with memory as one has.
if [ "${1:-}" = --on-private-server ]; then
  shift
  for setting in fsync synchronous_commit full_page_writes; do
    psql -qX "$TENON_TEST_POSTGRES_URL" -c "alter system set $setting = ${TENON_BENCH_FSYNC:-on}"
  done
  psql -qX "$TENON_TEST_POSTGRES_URL" -c "alter system set shared_buffers = '1GB'"
  bash -c "$TENON_TEST_POSTGRES_CONTROL restart --mode fast"
  run_and_report --postgres "$TENON_TEST_POSTGRES_URL" --postgres-tcp "$TENON_TEST_POSTGRES_TCP_URL" "$@"
  exit
fi

. "$project/packaging/debian/apt.sh"
install_debian_packages g++ cmake ninja-build pkg-config libbenchmark-dev boost nlohmann-json3-dev libsqlite3-dev \
  libpq-dev libgtest-dev libgmock-dev postgresql postgresql-client python3 >&2
# The run goes without these and says so.
for package in libsqlitecpp-dev libpqxx-dev libsoci-dev python3-sqlalchemy python3-psycopg2 gnuplot-nox valgrind strace; do
  install_debian_packages "$package" >&2 || echo "$package could not be installed; the run goes without it" >&2
done

cmake -S "$project" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_BUILD_BENCH=ON -DTENON_BUILD_TESTS=ON \
  -DTENON_BUILD_EXAMPLES=OFF -DTENON_BUILD_CLI=OFF -DTENON_INSTALL=OFF -DTENON_WERROR=OFF >&2
cmake --build "$build" --parallel "${TENON_BENCH_JOBS:-$(nproc)}" \
  --target tenon_bench tenon-operation-probe tenon-cost-tests tenon-round-trip-tests >&2

for argument in "$@"; do
  case $argument in
    --help | -h) exec "$build/bench/tenon_bench" "$@" ;;
  esac
done

# All that the run makes, so that nothing is left of one that was broken off. (tenon_bench drops its databases.)
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/tenon-bench.XXXXXX")
export TMPDIR
chmod 755 "$TMPDIR" # for the server's user
trap 'rm -rf "$TMPDIR"' EXIT
for argument in "$@"; do
  case $argument in
    --postgres | --postgres=*) run_and_report "$@"; exit ;;
  esac
done
if [ -n "${TENON_BENCH_POSTGRES_URL:-}" ]; then
  run_and_report "$@"
  exit
fi
"$project/tests/support/with_postgres.sh" "$project/bench/run.sh" --on-private-server "$@"
