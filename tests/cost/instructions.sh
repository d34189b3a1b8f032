#!/usr/bin/env bash
# instructions.sh PROBE
#
# Counts the instructions of operations under valgrind, tenon's beside those of the C API by hand; on PostgreSQL
# those of the client, by hand as a flight that binds role and tenant too. Writes on SQLite are counted with the
# one checkpoint, of tenon as by hand, that the closing of the file makes: their pages are fewer than the 4,000 that
# both wait for. The ratio does not depend on the machine's load. PROBE is of a build with optimisation. Exits 77, which skips the test, without valgrind.
set -euo pipefail
probe=$1

if ! command -v valgrind >/dev/null; then
  echo "SKIPPED: no valgrind here; install valgrind to count instructions"
  exit 77
fi

. "$(dirname "$0")/own_database.sh"
work=$(mktemp -d)
trap 'drop_own_database; rm -rf "$work"' EXIT

within=() # what valgrind counts: all, or the calling thread within the operations
counted() { # counted URL CONTENDER OPERATION COUNT
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "${within[@]}" "$probe" "$@" 2>&1 |
    awk '/Collected/ { print $NF }'
}

on_sqlite() { # on_sqlite CONTENDER OPERATION COUNT: each time on the same rows
  rm -f "$work"/run.db*
  cp "$work/seeded.db" "$work/run.db"
  counted "sqlite:$work/run.db" "$@"
}

on_postgres() { # on_postgres CONTENDER OPERATION COUNT
  counted "$own_url" "$@"
}

declare -A known
per_operation=0
count_operation() { # count_operation PLACE CONTENDER OPERATION COUNT: its instructions, in $per_operation
  if [ -z "${known[$1 $2 $3]:-}" ]; then
    case "$1 $3" in
      'on_sqlite insert' | 'on_sqlite update') # all, for the checkpoint comes after the operations
        within=()
        known[$1 $2 $3]=$((($("$1" "$2" "$3" "$4") - $("$1" "$2" "$3" 0)) / $4))
        ;;
      *)
        within=('--toggle-collect=*repeat_counted*')
        known[$1 $2 $3]=$(($("$1" "$2" "$3" "$4") / $4))
        ;;
    esac
  fi
  per_operation=${known[$1 $2 $3]}
}

failed=0
check() { # check PLACE BY_HAND CONTENDER OPERATION COUNT MOST: the ratio in thousandths
  count_operation "$1" "$2" "$4" "$5"
  local by_hand=$per_operation
  count_operation "$1" "$3" "$4" "$5"
  local ratio=$((1000 * per_operation / by_hand))
  printf '%-11s %-10s by hand %8d  %-7s %8d  ratio %d.%03d, at most %d.%03d\n' "$1" "$4" "$by_hand" "$3" "$per_operation" \
    $((ratio / 1000)) $((ratio % 1000)) $(($6 / 1000)) $(($6 % 1000))
  [ "$ratio" -le "$6" ] || failed=1
}

"$probe" "sqlite:$work/seeded.db" seed
check on_sqlite raw tenon get 200 1050
check on_sqlite raw tenon page 40 1050
check on_sqlite raw tenon summaries 40 1040
check on_sqlite raw tenon insert 200 1060
check on_sqlite raw tenon update 200 1035
check on_sqlite raw raw_sql get 200 1075
check on_sqlite raw raw_sql page 40 1090

own_database
if [ -n "$own_url" ]; then
  "$probe" "$own_url" seed
  check on_postgres pipelined tenon get 400 1260
  check on_postgres pipelined tenon page 40 1220
  check on_postgres pipelined tenon insert 400 1420
fi
exit $failed
