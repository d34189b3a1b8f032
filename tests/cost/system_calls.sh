#!/usr/bin/env bash
# system_calls.sh PROBE
#
# Counts the system calls of a get, as the difference between two runs of the probe under strace. tenon may make
# no more of them than the C API by hand does: on SQLite the same, on PostgreSQL one send, one poll and one
# receive. An insert that waits for the disk is one write of SQLite's log, whatever the number of its pages.
# Exits 77, which skips the test, without strace or where it may not trace.
set -euo pipefail
probe=$1
least=100
most=1100
most_inserts=300 # which SQLite's log holds without a checkpoint

if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
  echo "SKIPPED: no strace here, or it may not trace; install strace to count system calls"
  exit 77
fi

. "$(dirname "$0")/own_database.sh"
work=$(mktemp -d)
trap 'drop_own_database; rm -rf "$work"' EXIT

# calls URL CONTENDER COUNT: "name calls" of every system call
calls() {
  strace -f -c -U name,calls -o "$work/calls" "$probe" "$1" "$2" get "$3"
  awk 'NF == 2 && $2 ~ /^[0-9]+$/ && $1 != "total"' "$work/calls"
}

# per_get URL CONTENDER: "name calls" of one get, those that every get makes
per_get() {
  calls "$1" "$2" $least >"$work/least"
  calls "$1" "$2" $most | awk -v gets=$((most - least)) '
    NR == FNR { before[$1] = $2; next }
    { each = ($2 - before[$1]) / gets; if (each >= 0.5) printf "%s %.0f\n", $1, each }' "$work/least" - | sort
}

failed=0
expect() { # expect WHAT WANTED GOT
  if [ "$2" = "$3" ]; then
    echo "$1: $3"
  else
    echo "$1: $3, expected $2"
    failed=1
  fi
}

database="sqlite:$work/cost.db"
"$probe" "$database" seed
expect "system calls of a get on SQLite" "$(per_get "$database" raw | tr '\n' ' ')" \
  "$(per_get "$database" tenon | tr '\n' ' ')"

# log_calls COUNT: "name calls" of every system call on SQLite's log that so many inserts make
log_calls() {
  TENON_PROBE_FULL=1 strace -f -y -o "$work/calls" -e trace=pwrite64,fdatasync "$probe" "$database" tenon insert "$1"
  awk -F'[ (]+' '/-wal>/ { ++calls[$2] } END { for (name in calls) print name, calls[name] }' "$work/calls" | sort
}
log_calls $least >"$work/few_inserts"
log_calls $most_inserts >"$work/many_inserts"
expect "system calls of an insert on SQLite's log" "fdatasync 1 pwrite64 1 " \
  "$(join "$work/few_inserts" "$work/many_inserts" |
    awk -v times=$((most_inserts - least)) '{ printf "%s %.0f ", $1, ($3 - $2) / times }')"

own_database
if [ -n "$own_url" ]; then
  "$probe" "$own_url" seed
  expect "system calls of a get on PostgreSQL" "poll 1 recvfrom 1 sendto 1 " \
    "$(per_get "$own_url" tenon | tr '\n' ' ')"
fi
exit $failed
