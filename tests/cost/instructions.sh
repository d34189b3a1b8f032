#!/usr/bin/env bash
# instructions.sh PROBE
#
# Counts the instructions of operations on SQLite under valgrind, tenon's beside those of the C API by hand. The
# ratio does not depend on the machine's load. Exits 77, which skips the test, without valgrind and in a build
# without optimisation, where the count says nothing.
set -euo pipefail
probe=$1

if [ "${TENON_COST_BUILD:-release}" != release ]; then
  echo "SKIPPED: a build without optimisation; run with CMAKE_BUILD_TYPE=Release, or bench/run.sh --check"
  exit 77
fi
if ! command -v valgrind >/dev/null; then
  echo "SKIPPED: no valgrind here; install valgrind to count instructions"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$probe" "sqlite:$work/seeded.db" seed

instructions() { # instructions CONTENDER OPERATION COUNT
  rm -f "$work"/run.db*
  cp "$work/seeded.db" "$work/run.db"
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$probe" "sqlite:$work/run.db" "$@" 2>&1 |
    awk '/Collected/ { print $NF }'
}

per_operation() { # per_operation CONTENDER OPERATION COUNT
  echo $((($(instructions "$1" "$2" $((1 + $3))) - $(instructions "$1" "$2" 1)) / $3))
}

failed=0
check() { # check OPERATION COUNT MOST: the ratio to raw in thousandths
  local raw tenon
  raw=$(per_operation raw "$1" "$2")
  tenon=$(per_operation tenon "$1" "$2")
  local ratio=$((1000 * tenon / raw))
  printf '%-10s raw %8d  tenon %8d  ratio %d.%03d, at most %d.%03d\n' "$1" "$raw" "$tenon" \
    $((ratio / 1000)) $((ratio % 1000)) $(($3 / 1000)) $(($3 % 1000))
  [ "$ratio" -le "$3" ] || failed=1
}

check get 200 1065
check page 40 1055
check summaries 40 1050
check insert 200 1100
exit $failed
