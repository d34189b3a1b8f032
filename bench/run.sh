#!/usr/bin/env bash
# run.sh [OPTION...]
#
# Builds the benchmarks and runs them on SQLite and on a PostgreSQL server of their own, which ends with them.
# Needs Debian 12 or later, as root or with sudo where packages are missing. The options are tenon_bench's:
#   bench/run.sh --benchmark_filter=get --benchmark_repetitions=9
#   bench/run.sh --postgres postgresql://…   measures a server that is there
# TENON_BENCH_BUILD names the build directory (default: build/bench), TENON_BENCH_JOBS how many compile at once,
# TENON_BENCH_FSYNC=off lets PostgreSQL acknowledge commits before they reach the disk.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${TENON_BENCH_BUILD:-$project/build/bench}

# Within the server that the last line starts: make it as durable as a server in operation.
if [ "${1:-}" = --on-private-server ]; then
  shift
  for setting in fsync synchronous_commit full_page_writes; do
    psql -qX "$TENON_TEST_POSTGRES_URL" -c "alter system set $setting = ${TENON_BENCH_FSYNC:-on}"
  done
  psql -qXAt "$TENON_TEST_POSTGRES_URL" -c 'select pg_reload_conf()' >/dev/null
  exec "$build/bench/tenon_bench" --postgres "$TENON_TEST_POSTGRES_URL" "$@"
fi

. "$project/packaging/debian/apt.sh"
install_debian_packages g++ cmake ninja-build pkg-config libbenchmark-dev boost nlohmann-json3-dev libsqlite3-dev \
  libsqlitecpp-dev libpq-dev libpqxx-dev postgresql postgresql-client >&2

cmake -S "$project" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTENON_BUILD_BENCH=ON -DTENON_BUILD_TESTS=OFF \
  -DTENON_BUILD_EXAMPLES=OFF -DTENON_BUILD_CLI=OFF -DTENON_INSTALL=OFF -DTENON_WERROR=OFF >&2
cmake --build "$build" --parallel "${TENON_BENCH_JOBS:-$(nproc)}" --target tenon_bench >&2

for argument in "$@"; do
  case $argument in
    --postgres | --postgres=* | --help | -h) exec "$build/bench/tenon_bench" "$@" ;;
  esac
done
if [ -n "${TENON_BENCH_POSTGRES_URL:-}" ]; then
  exec "$build/bench/tenon_bench" "$@"
fi
exec "$project/tests/support/with_postgres.sh" "$project/bench/run.sh" --on-private-server "$@"
