#!/usr/bin/env bash
# bench/compile_time/run.sh [--check]
#
# Compiles entities.cpp, ten repositories of 12 columns each, with g++ -O2, and prints the seconds and megabytes
# of the quickest of three. --check fails above 3 s or 400 MB. CXX names another compiler.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
most_seconds=3
most_megabytes=400

best_seconds=
for _ in 1 2 3; do
  read -r seconds kilobytes < <(
    python3 - "${CXX:-g++}" "$here" <<'PYTHON'
import resource, subprocess, sys
compiler, here = sys.argv[1:]
subprocess.run([compiler, "-std=c++20", "-O2", "-c", "-o", "/dev/null", "-I" + here + "/../../include",
                here + "/entities.cpp"], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
# Processor time, which the machine's load leaves alone; the largest of the compiler's processes.
print(f"{used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss}")
PYTHON
  )
  if [ -z "$best_seconds" ] || awk "BEGIN { exit !($seconds < $best_seconds) }"; then
    best_seconds=$seconds
    megabytes=$((kilobytes / 1024))
  fi
done
echo "compile of tenon.hpp and 10 repositories of 12 columns: $best_seconds s (at most $most_seconds)," \
  "$megabytes MB (at most $most_megabytes)"
[ "${1:-}" != --check ] || awk "BEGIN { exit !($best_seconds <= $most_seconds && $megabytes <= $most_megabytes) }"
